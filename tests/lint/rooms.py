# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rooms and who uses whom, from the lists in the CMake files."""

import re
from pathlib import PurePosixPath

COMMAND = re.compile(r'(\w+)\s*\(([^()]*)\)')
KEYWORD = re.compile(r'[A-Z_]+')


class Rooms:
    def __init__(self, tree):
        self.folders = {}  # room: its folder
        self.uses = {}  # room: what it says it uses
        self.order = {}  # folder: its subfolders in the order in which they are added
        self.users = {}  # folder: rooms that its programs use
        self.words = {}  # folder: all words of its CMake file
        for path in tree.select('CMakeLists.txt'):
            self._read(str(PurePosixPath(path).parent), tree.text(path))

    def _read(self, folder, text):
        text = re.sub(r'#.*', '', text)
        self.words[folder] = set(re.findall(r'[\w./-]+', text))
        self.users.setdefault(folder, set())
        for command, arguments in COMMAND.findall(text):
            words = arguments.split()
            linked = {word[3:] for word in words if re.fullmatch(r'dm_\w+', word)}
            used = keyword_values(words, 'USES')
            if command == 'room':
                self.folders[words[0]] = folder
                self.uses[words[0]] = used
            elif command == 'add_subdirectory':
                self.order.setdefault(folder, []).append(words[0])
            else:
                self.users[folder] |= linked | set(used)

    def closure(self, rooms):
        """These rooms and all that they use, directly or not."""
        found, left = set(), list(rooms)
        while left:
            room = left.pop()
            if room not in found:
                found.add(room)
                left += self.uses.get(room, [])
        return found

    def of_folder(self, folder):
        return [room for room, where in self.folders.items() if where == folder]

    def visible_folders(self, folder):
        """Where files of this folder may include headers from."""
        rooms = self.closure([*self.of_folder(folder), *self.users.get(folder, ())])
        return {folder} | {self.folders[room] for room in rooms if room in self.folders}


def keyword_values(words, keyword):
    values, is_inside = [], False
    for word in words:
        if KEYWORD.fullmatch(word):
            is_inside = word == keyword
        elif is_inside:
            values.append(word)
    return values
