/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "dir-walk.h"
#include "fd.h"
#include "module-name.h"
#include "outage.h"

typedef struct Walk {
        ModuleFiles *files;
        const Tree *tree;
        const Config *config;
        PlaceList *places;
        bool is_external; /* the directory that is being walked */
        bool is_link;     /* the entry at hand */
        Buffer name;
} Walk;

static void walk_done(Walk *walk) {
        buffer_done(&walk->name);
}

void module_files_done(ModuleFiles *files) {
        free(files->items);
        *files = (ModuleFiles){};
}

int module_files_move(ModuleFiles *files, StringTable *to, const StringTable *from) {
        _cleanup_free_ StringId *map = NULL;
        int r;

        r = string_table_merge(to, from, &map);
        if (r < 0)
                return r;

        for (size_t i = 0; i < files->count; i++) {
                files->items[i].name = map[files->items[i].name];
                files->items[i].path = map[files->items[i].path];
        }
        return 0;
}

bool module_file_is_one(const char *name) {
        static const char *const endings[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };
        size_t size = strlen(name);

        for (size_t i = 0; i < ELEMENTSOF(endings); i++) {
                size_t ending_size = strlen(endings[i]);

                if (size > ending_size &&
                    memcmp(name + size - ending_size, endings[i], ending_size) == 0)
                        return true;
        }

        return false;
}

const char *module_file_below(const Tree *tree, const char *path) {
        size_t size = strlen(tree->directory);

        return strncmp(path, tree->directory, size) == 0 && path[size] == '/' ? path + size + 1
                                                                              : NULL;
}

int module_file_intern_name(const Tree *tree, const char *path, Buffer *name, StringId *ret_id) {
        int r;

        buffer_clear(name);
        r = module_name_from_path(path, strlen(path), name);
        if (r < 0)
                return r;

        return string_table_intern(tree->strings, name->data ? name->data : "", name->size, ret_id);
}

static int add(ModuleFiles *files, const ModuleFile *file) {
        if (ARRAY_RESERVE(files->items, files->capacity, files->count + 1) < 0)
                return -ENOMEM;

        files->items[files->count++] = *file;
        return 0;
}

static int make_file(const Tree *tree, const char *path, Buffer *name, ModuleFile *ret_file) {
        const char *slash = strrchr(path, '/');
        int r;

        r = module_file_intern_name(tree, slash ? slash + 1 : path, name, &ret_file->name);
        if (r < 0)
                return r;

        return string_table_intern(tree->strings, path, strlen(path), &ret_file->path);
}

static int on_file(const char *path, size_t relative, int dir_fd, const char *name,
                   void *userdata) {
        Walk *walk = userdata;
        /* An external directory may lie inside of the tree. */
        const char *below =
                walk->is_external ? module_file_below(walk->tree, path) : path + relative;
        ModuleFile file = { .is_external = !below, .is_link = walk->is_link };
        int r;

        (void) dir_fd;
        walk->is_link = false;
        if (!module_file_is_one(name))
                return 0;

        r = make_file(walk->tree, below ? below : path, &walk->name, &file);
        return r < 0 ? r : add(walk->files, &file);
}

static int on_directory(const char *path, int fd, void *userdata) {
        Walk *walk = userdata;

        walk->is_link = false;
        /* What lies there is listed twice, or is where only this walk enters. */
        walk->files->needs_walk |= walk->is_external && module_file_below(walk->tree, path);
        return walk->places ? place_list_add_directory(walk->places, PLACE_MODULES, path, fd) : 0;
}

static int on_link(const char *path, void *userdata) {
        Walk *walk = userdata;

        walk->is_link = true;
        return walk->places ? place_list_add_way(walk->places, path) : 0;
}

static bool is_excluded(const char *name, const void *userdata) {
        return config_excludes(userdata, name);
}

static int walk_directory(Walk *walk, const char *directory, ProblemList *problems) {
        return dir_walk(&(DirWalk){ .root = directory,
                                    .is_excluded = is_excluded,
                                    .excluded_userdata = walk->config,
                                    .on_file = on_file,
                                    .on_directory = on_directory,
                                    .on_link = on_link,
                                    .userdata = walk,
                                    .problems = problems });
}

int module_files_walk(ModuleFiles *files, const Tree *tree, const Config *config, PlaceList *places,
                      ProblemList *problems) {
        _cleanup_(walk_done)
                Walk walk = { .files = files, .tree = tree, .config = config, .places = places };
        size_t n_problems = problems ? problems->count : 0;
        int r;

        r = walk_directory(&walk, tree->directory, problems);
        if (r < 0)
                return r;

        /* kmod walks them from the last to the first, which decides between files of equal rank. */
        walk.is_external = true;
        for (size_t i = config->n_externals; i > 0; i--) {
                r = places ? place_list_add_way(places, config->externals[i - 1]) : 0;
                if (r >= 0)
                        r = walk_directory(&walk, config->externals[i - 1], problems);
                if (dir_walk_is_fatal(r))
                        return r;
        }

        files->needs_walk |= !problems || problems->count > n_problems;
        return 0;
}

/* The order of the walk: a directory's content stands where its name does. */
static int compare_paths(const char *a, const char *b) {
        while (*a == *b && *a != '\0') {
                a++;
                b++;
        }

        if (*a == '/' || *b == '/')
                return *a == '/' ? (*b == '\0' ? 1 : -1) : (*a == '\0' ? -1 : 1);
        return (uint8_t) *a < (uint8_t) *b ? -1 : (uint8_t) *a > (uint8_t) *b;
}

/* The first file that does not stand before the path. External ones stand behind all others. */
static size_t find_place(const ModuleFiles *files, const Tree *tree, const char *path) {
        size_t low = 0, high = files->count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const ModuleFile *file = &files->items[middle];

                if (!file->is_external && compare_paths(tree_string(tree, file->path), path) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }

        return low;
}

static int insert(ModuleFiles *files, size_t place, const ModuleFile *file) {
        int r = add(files, file);

        if (r < 0)
                return r;
        memmove(files->items + place + 1, files->items + place,
                (files->count - 1 - place) * sizeof(*file));
        files->items[place] = *file;
        return 0;
}

static void take_out(ModuleFiles *files, size_t place) {
        files->count--;
        memmove(files->items + place, files->items + place + 1,
                (files->count - place) * sizeof(*files->items));
}

/* 1, 0 or -ENOMEM. */
static int is_excluded_below(const Config *config, const char *path) {
        _cleanup_free_ char *copy = strdup(path);
        char *rest = copy, *name;

        if (!copy)
                return -ENOMEM;
        while ((name = strsep(&rest, "/"))) {
                if (config_excludes(config, name))
                        return 1;
        }

        return 0;
}

/* 1; 0 if only a walk can tell; or a negative errno. */
static int update_one(ModuleFiles *files, const Tree *tree, const Config *config, int dir_fd,
                      const char *path) {
        size_t place = find_place(files, tree, path);
        bool is_there = place < files->count &&
                        strcmp(tree_string(tree, files->items[place].path), path) == 0;
        _cleanup_buffer_ Buffer name = {};
        ModuleFile file = {};
        struct stat st;
        int r;

        r = is_excluded_below(config, path);
        if (r != 0)
                return r;
        if (is_there && files->items[place].is_link)
                return 0;
        if (fstatat(dir_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
                if (errno != ENOENT)
                        return is_outage(-errno) ? -errno : 0;
                if (is_there)
                        take_out(files, place);
                return 1;
        }
        /* What was written to one of its names has changed under the others, too. */
        if (!S_ISREG(st.st_mode) || st.st_nlink > 1)
                return 0;
        if (is_there)
                return 1;

        r = make_file(tree, path, &name, &file);
        if (r < 0)
                return r;
        r = insert(files, place, &file);
        return r < 0 ? r : 1;
}

int module_files_update(ModuleFiles *files, const Tree *tree, const Config *config,
                        const ModuleFiles *known, char *const *changed) {
        _cleanup_close_ int dir_fd = -1;
        int r = 1;

        if (known->needs_walk)
                return 0;
        dir_fd = open(tree->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (dir_fd < 0)
                return -errno;
        if (ARRAY_RESERVE(files->items, files->capacity, known->count + 1) < 0)
                return -ENOMEM;

        if (known->count > 0)
                memcpy(files->items, known->items, known->count * sizeof(*known->items));
        files->count = known->count;
        for (; *changed && r > 0; changed++)
                r = update_one(files, tree, config, dir_fd, *changed);

        if (r <= 0)
                files->count = 0;
        return r;
}
