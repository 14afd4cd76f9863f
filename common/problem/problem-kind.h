/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What can be wrong with a tree, and which fields of a problem say more of it.
 */
typedef enum ProblemSeverity {
        PROBLEM_DEBUG,
        PROBLEM_INFO,
        PROBLEM_WARNING,
        PROBLEM_ERROR,
} ProblemSeverity;

typedef enum ProblemKind {
        /* configuration (specification section 2) */
        PROBLEM_CONFIG_BAD_LINE,     /* path, line; subject: the first word */
        PROBLEM_CONFIG_SUBDIRECTORY, /* path */
        PROBLEM_CONFIG_STAT,         /* path: directory; subject: entry; error */
        PROBLEM_CONFIG_UNREADABLE,   /* path, error */
        PROBLEM_CONFIG_NAME,         /* path: has no .conf ending */
        PROBLEM_CONFIG_NO_MATCH, /* path, line; subject: "override kernel", "external directory" */
        PROBLEM_CONFIG_UNIMPLEMENTED, /* path, line; subject: the command */
        PROBLEM_CONFIG_MASKED,        /* path: a file of that name came earlier */
        PROBLEM_MODPROBE_BAD_LINE,    /* path, line; subject: the first word; in modprobe.d */

        /* the walk (section 3.1) */
        PROBLEM_DIRECTORY_UNREADABLE, /* path, error: could not be opened to start with */
        PROBLEM_ENTRY_STAT,           /* path, error */
        PROBLEM_ENTRY_OPEN,           /* path, error */
        PROBLEM_ENTRY_TYPE,           /* path; number: S_IFMT bits */
        PROBLEM_DIRECTORY_LOOP,       /* path: a directory that contains itself through a link */
        PROBLEM_DIRECTORY_LINKS,      /* path: the first of too many that links lead to */
        PROBLEM_MODULE_SHADOWED,      /* path: the loser; subject: the winner; detail: the rule */

        /* input files of the kernel directory (sections 3.6, 6.6) */
        PROBLEM_INPUT_MISSING,   /* path: directory; subject: file name; error */
        PROBLEM_ORDER_CORRUPT,   /* path: of modules.order; line */
        PROBLEM_BUILTIN_LINE,    /* subject: the line */
        PROBLEM_BUILTIN_FIELD,   /* subject: the beginning of an over-long field; number: how many
                                  * aliases stand before it */
        PROBLEM_SYMVERS_VERSION, /* path, line; subject: the token; error */
        PROBLEM_SYSTEM_MAP_LINE, /* path, line; subject: the line */

        /* module files (section 4) */
        PROBLEM_INFLATE,           /* path; detail: the library's words, as "xz: File is corrupt" */
        PROBLEM_MODULE_UNREADABLE, /* path, error */

        /* the graph (section 5) */
        PROBLEM_SYMBOL_UNKNOWN,   /* path; subject: symbol */
        PROBLEM_SYMBOL_DISAGREES, /* path; subject: symbol; detail: both CRCs */
        PROBLEM_SYMBOL_CONFLICT, /* path: the loser; subject: symbol; detail: the provider's path */
        PROBLEM_CYCLE,           /* subject: "a -> b -> a" */
        PROBLEM_CYCLE_COUNT,     /* number: modules in cycles */
        PROBLEM_WRONG_VERSION,   /* path; subject: its vermagic; detail: what is expected */
        PROBLEM_WRONG_MACHINE,   /* path; subject: its machine; detail: the tree's */
        PROBLEM_LEFT_OUT,        /* path: a member of a cycle that was not indexed */
        PROBLEM_KERNEL_UNKNOWN,  /* path: nothing tells what the kernel exports; number: symbols */
        PROBLEM_SOFTDEP_UNKNOWN, /* path; subject: a name that no module and no alias has */

        /* the outputs (section 6) */
        PROBLEM_ALIAS_BRACKETS,  /* subject: alias */
        PROBLEM_DUPLICATE_VALUE, /* subject: "alias"; detail: the entry */
        PROBLEM_BAD_CHARACTER,   /* subject: the string; number: the byte */
        PROBLEM_DEVNAME,         /* subject: module; detail: device name */
        PROBLEM_LINE_DROPPED,    /* path: a module of the old dependency file that is gone */

        /* the published files */
        PROBLEM_INDEX_FOREIGN,  /* path; detail: what was wrong with what somebody else wrote */
        PROBLEM_INDEX_MISSING,  /* path */
        PROBLEM_NOT_WRITABLE,   /* path: directory; error */
        PROBLEM_PUBLISH_FAILED, /* path, error */
        PROBLEM_REFRESH_FAILED, /* path, error: what could not be read, so that nothing is new */

        PROBLEM_KINDS,
} ProblemKind;

ProblemSeverity problem_severity(ProblemKind kind);

/* The stable name of a kind on the wire and in JSON: "bad-elf", "dependency-cycle". */
const char *problem_code(ProblemKind kind);
