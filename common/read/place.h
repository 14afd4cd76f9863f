/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "macro.h"

/*
 * A place is a directory in which a change can change the model: which a watcher has to watch, and
 * what it has to look for in it. Collected while the model is made, so that the two cannot differ.
 */
typedef enum PlaceKind {
        PLACE_MODULES, /* anything in it that may be a module, a directory or an input file */
        PLACE_CONFIG,  /* any file in it */
        PLACE_FILE,    /* nothing but the file of one name */
        PLACE_NAME,    /* nothing but which entry has one name, on the way to something else */
} PlaceKind;

typedef struct Place {
        char *path; /* absolute, as it was walked */
        char *name; /* of PLACE_FILE and PLACE_NAME; else NULL */
        uint64_t device;
        uint64_t inode;
        PlaceKind kind;
        bool is_remote;  /* its file system does not tell what others change in it */
        bool is_watched; /* for the watcher's use */
} Place;

/* A zeroed list is empty. The list owns its places, and borrows the root. */
typedef struct PlaceList {
        Place *items;
        size_t count;
        size_t capacity;
        const char *root; /* what is above it never changes; NULL: nothing is */
} PlaceList;

void place_list_done(PlaceList *list);
#define _cleanup_place_list_ _cleanup_(place_list_done)

/* Adds the open directory `fd`. 0 or a negative errno. */
int place_list_add_directory(PlaceList *list, PlaceKind kind, const char *path, int fd);

/*
 * Adds each step of the way to an absolute path, through symbolic links, as far as it exists: when
 * one of these names changes, the path leads to something else. 0 or -ENOMEM.
 */
int place_list_add_way(PlaceList *list, const char *path);

/*
 * Adds a directory that may not exist, the way to it, and the ways to where symbolic links in it
 * lead; a file too, as the place of its name. 0 or a negative errno.
 */
int place_list_add_path(PlaceList *list, PlaceKind kind, const char *path);

/* Sorts by path and name and removes repetitions. To be called before place_list_find(). */
void place_list_sort(PlaceList *list);

/* The first place with this path, or NULL; its neighbours may have the same path. */
const Place *place_list_find(const PlaceList *list, const char *path);
