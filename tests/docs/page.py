# SPDX-License-Identifier: LGPL-2.1-or-later
"""A man page in scdoc's language."""

import re

import option

NAME = r'\*-[\w-]+\*(=_[A-Z]+_)?'
OPTION_LINE = re.compile(f'{NAME}(, {NAME})*')


class Page:
    def __init__(self, path):
        self.name = path.name.removesuffix('.scd')
        self.text = path.read_text(encoding='utf-8')

    def section(self, title):
        """The lines below the heading of that text or first word, up to the next one."""
        found, lines = False, []
        for line in self.text.splitlines():
            heading = re.match(r'#+ (.*)', line)
            if heading:
                found = title in (heading.group(1), heading.group(1).split()[0])
            elif found:
                lines.append(line)
        return lines

    def headings(self):
        return re.findall(r'^#+ (.*)', self.text, re.MULTILINE)

    def options(self, title):
        return {option.parse_line(re.sub(r'[*_]', '', line))
                for line in self.section(title) if OPTION_LINE.fullmatch(line)}

    def mentioned_options(self):
        return {name for bold in re.findall(r'\*(-[^*]*)\*', self.text)
                for name in option.MENTION.findall(bold)}
