/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "elf-image.h"

#include <endian.h>
#include <errno.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

/*
 * What is read of one file at most, several times what any real module's tables take: a sparse file
 * may say that they are as large as the address space.
 */
#define TABLES_SIZE_MAX (UINT64_C(128) * 1024 * 1024)

typedef struct Section {
        uint64_t offset; /* 0: as good as absent, whatever the name */
        uint64_t size;
        bool is_found;
} Section;

struct ElfImage {
        Elf *elf;
        GElf_Ehdr header;
        ElfMachine machine;
        const void *section_table; /* Elf32_Shdr or Elf64_Shdr, in our byte order */
        const char *names;         /* of sections; the last byte is a NUL */
        uint64_t names_size;
        uint64_t file_size;
        uint64_t read_size; /* of all that has been read */
        Section sections[ELF_SECTION_NAMES];
        /*
         * The sections that elf_image_word() has looked into last: CRCs are in one for all symbols
         * and one for those of GPL modules, in turns.
         */
        struct {
                uint16_t section;
                const char *bytes;
        } words[2];
        unsigned next_words;
};

static const char *const section_names[ELF_SECTION_NAMES] = {
        [ELF_SECTION_SYMTAB] = ".symtab",
        [ELF_SECTION_STRTAB] = ".strtab",
        [ELF_SECTION_KSYMTAB_STRINGS] = "__ksymtab_strings",
        [ELF_SECTION_VERSIONS] = "__versions",
        [ELF_SECTION_MODINFO] = ".modinfo",
};

static bool is_64(const ElfImage *image) {
        return image->machine.class == ELFCLASS64;
}

/*
 * libelf's error numbers are not public, but errno tells the cases apart that are no fault of the
 * file's: no memory, and a disk that cannot be read. The caller has set it to 0.
 */
static int libelf_error(void) {
        return errno == ENOMEM || errno == EIO ? -errno : -EINVAL;
}

/*
 * Sections are read as raw chunks and not through elf_getdata(): kmod goes by offset and size alone
 * and ignores a section's type, entry size and link, and so must we.
 */
static int read_chunk(ElfImage *image, uint64_t offset, uint64_t size, Elf_Type type,
                      const void **ret_bytes) {
        Elf_Data *chunk;

        if (offset > INT64_MAX)
                return -EINVAL;
        if (size > TABLES_SIZE_MAX - image->read_size)
                return -EFBIG;
        image->read_size += size;

        errno = 0;
        chunk = elf_getdata_rawchunk(image->elf, (int64_t) offset, (size_t) size, type);
        if (!chunk || !chunk->d_buf)
                return libelf_error();

        *ret_bytes = chunk->d_buf;
        return 0;
}

static Section section_at(const ElfImage *image, size_t index, uint32_t *ret_name) {
        if (is_64(image)) {
                const Elf64_Shdr *header = (const Elf64_Shdr *) image->section_table + index;

                *ret_name = header->sh_name;
                return (Section){ .offset = header->sh_offset, .size = header->sh_size };
        } else {
                const Elf32_Shdr *header = (const Elf32_Shdr *) image->section_table + index;

                *ret_name = header->sh_name;
                return (Section){ .offset = header->sh_offset, .size = header->sh_size };
        }
}

static bool section_is_inside(const ElfImage *image, Section section) {
        uint64_t end;

        return !__builtin_add_overflow(section.offset, section.size, &end) &&
               end <= image->file_size;
}

/* The first section of each name wins; one that reaches beyond the file is passed over. */
static void find_sections(ElfImage *image, const char *names, uint64_t names_size) {
        for (size_t i = 1; i < image->header.e_shnum; i++) {
                uint32_t name;
                Section section = section_at(image, i, &name);

                if (name >= names_size || !section_is_inside(image, section))
                        continue;

                for (size_t k = 0; k < ELF_SECTION_NAMES; k++) {
                        if (strcmp(names + name, section_names[k]) == 0 &&
                            !image->sections[k].is_found) {
                                image->sections[k] = section;
                                image->sections[k].is_found = true;
                                break;
                        }
                }
        }
}

static int read_section_table(ElfImage *image) {
        const GElf_Ehdr *header = &image->header;
        const void *names;
        Section section;
        uint32_t name;
        int r;

        if (header->e_shentsize != (is_64(image) ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr)))
                return -EINVAL;
        if (header->e_shstrndx == 0 || header->e_shstrndx >= header->e_shnum)
                return -EINVAL;

        r = read_chunk(image, header->e_shoff, (uint64_t) header->e_shnum * header->e_shentsize,
                       ELF_T_SHDR, &image->section_table);
        if (r < 0)
                return r;

        section = section_at(image, header->e_shstrndx, &name);
        if (section.size == 0 || !section_is_inside(image, section))
                return -EINVAL;
        r = read_chunk(image, section.offset, section.size, ELF_T_BYTE, &names);
        if (r < 0)
                return r;
        if (((const char *) names)[section.size - 1] != '\0')
                return -EINVAL;

        image->names = names;
        image->names_size = section.size;
        find_sections(image, names, section.size);
        return 0;
}

/* Takes over elf, also on failure; NULL is libelf's failure. */
static int open_image(ElfImage **ret_image, Elf *elf, uint64_t file_size) {
        _cleanup_(elf_image_freep) ElfImage *image = NULL;
        int r;

        if (!elf)
                return libelf_error();

        image = calloc(1, sizeof(*image));
        if (!image) {
                (void) elf_end(elf);
                return -ENOMEM;
        }

        image->elf = elf;
        image->file_size = file_size;
        errno = 0;
        if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &image->header))
                return libelf_error();

        image->machine = (ElfMachine){ .machine = image->header.e_machine,
                                       .class = image->header.e_ident[EI_CLASS],
                                       .byte_order = image->header.e_ident[EI_DATA] };

        r = read_section_table(image);
        if (r < 0)
                return r;

        *ret_image = TAKE_PTR(image);
        return 0;
}

/* libelf takes many things for ELF_K_NONE; kmod tells "no ELF at all" from "a wrong one". */
static int check_magic(const char *bytes, size_t size) {
        return size > EI_NIDENT && memcmp(bytes, ELFMAG, SELFMAG) == 0 ? 0 : -ENOEXEC;
}

int elf_image_open_fd(ElfImage **ret_image, int fd, uint64_t file_size) {
        char ident[EI_NIDENT + 1];
        ssize_t n;
        int r;

        n = pread(fd, ident, sizeof(ident), 0);
        if (n < 0)
                return -errno;
        r = check_magic(ident, (size_t) n);
        if (r < 0)
                return r;

        (void) elf_version(EV_CURRENT);
        errno = 0;
        return open_image(ret_image, elf_begin(fd, ELF_C_READ, NULL), file_size);
}

int elf_image_open_bytes(ElfImage **ret_image, char *bytes, size_t size) {
        int r;

        r = check_magic(bytes, size);
        if (r < 0)
                return r;

        (void) elf_version(EV_CURRENT);
        errno = 0;
        return open_image(ret_image, elf_memory(bytes, size), size);
}

ElfImage *elf_image_free(ElfImage *image) {
        if (!image)
                return NULL;

        (void) elf_end(image->elf);
        free(image);
        return NULL;
}

ElfMachine elf_image_machine(const ElfImage *image) {
        return image->machine;
}

const char *elf_image_section_name(const ElfImage *image, uint16_t section) {
        uint32_t name;

        if (section == 0 || section >= image->header.e_shnum)
                return NULL;

        (void) section_at(image, section, &name);
        return name < image->names_size ? image->names + name : NULL;
}

uint16_t elf_image_find_section(const ElfImage *image, const char *name) {
        for (uint16_t i = 1; i < image->header.e_shnum; i++) {
                const char *found = elf_image_section_name(image, i);

                if (found && strcmp(found, name) == 0)
                        return i;
        }

        return 0;
}

static int read_section(ElfImage *image, Section section, const char **ret_bytes,
                        size_t *ret_size) {
        const void *bytes = "";
        int r;

        if (section.size > 0) {
                r = read_chunk(image, section.offset, section.size, ELF_T_BYTE, &bytes);
                if (r < 0)
                        return r;
        }

        *ret_bytes = bytes;
        *ret_size = (size_t) section.size;
        return 0;
}

int elf_image_section(ElfImage *image, ElfSectionName name, const char **ret_bytes,
                      size_t *ret_size) {
        Section section = image->sections[name];

        if (!section.is_found || section.offset == 0)
                return -ENODATA;

        return read_section(image, section, ret_bytes, ret_size);
}

int elf_image_section_bytes(ElfImage *image, uint16_t number, const char **ret_bytes,
                            size_t *ret_size) {
        Section section;
        uint32_t name;

        if (number == 0 || number >= image->header.e_shnum)
                return -ENODATA;

        section = section_at(image, number, &name);
        if (!section_is_inside(image, section))
                return -EINVAL;

        return read_section(image, section, ret_bytes, ret_size);
}

int elf_image_symbols(ElfImage *image, const void **ret_table, size_t *ret_count) {
        Section section = image->sections[ELF_SECTION_SYMTAB];
        size_t symbol_size = is_64(image) ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
        const void *table = "";
        int r;

        if (!section.is_found || section.offset == 0)
                return -ENODATA;
        if (section.size % symbol_size != 0)
                return -EINVAL;

        if (section.size > 0) {
                r = read_chunk(image, section.offset, section.size, ELF_T_SYM, &table);
                if (r < 0)
                        return r;
        }

        *ret_table = table;
        *ret_count = (size_t) section.size / symbol_size;
        return 0;
}

ElfSymbol elf_image_symbol(const ElfImage *image, const void *table, size_t index) {
        if (is_64(image)) {
                const Elf64_Sym *symbol = (const Elf64_Sym *) table + index;

                return (ElfSymbol){ .value = symbol->st_value,
                                    .name = symbol->st_name,
                                    .section = symbol->st_shndx,
                                    .info = symbol->st_info };
        } else {
                const Elf32_Sym *symbol = (const Elf32_Sym *) table + index;

                return (ElfSymbol){ .value = symbol->st_value,
                                    .name = symbol->st_name,
                                    .section = symbol->st_shndx,
                                    .info = symbol->st_info };
        }
}

static int words_of(ElfImage *image, uint16_t index, Section section, const char **ret_words) {
        const void *bytes;
        int r;

        for (size_t i = 0; i < ELEMENTSOF(image->words); i++) {
                if (image->words[i].bytes && image->words[i].section == index) {
                        *ret_words = image->words[i].bytes;
                        return 0;
                }
        }

        r = read_chunk(image, section.offset, section.size, ELF_T_BYTE, &bytes);
        if (r < 0)
                return r;

        *ret_words = bytes;
        image->words[image->next_words].section = index;
        image->words[image->next_words].bytes = bytes;
        image->next_words = (image->next_words + 1) % ELEMENTSOF(image->words);
        return 0;
}

int elf_image_word(ElfImage *image, uint16_t section_index, uint64_t offset, uint32_t *ret_word) {
        const char *words;
        Section section;
        uint64_t end;
        uint32_t name;
        int r;

        if (section_index >= image->header.e_shnum)
                return -ENODATA;

        section = section_at(image, section_index, &name);
        if (!section_is_inside(image, section) || __builtin_add_overflow(offset, 4, &end) ||
            end > section.size)
                return -ENODATA;

        r = words_of(image, section_index, section, &words);
        if (r < 0)
                return r;

        *ret_word = (uint32_t) elf_image_integer(image, words + offset, 4);
        return 0;
}

uint64_t elf_image_integer(const ElfImage *image, const char *bytes, size_t size) {
        bool is_little = image->machine.byte_order == ELFDATA2LSB;
        uint64_t wide;
        uint32_t narrow;

        if (size == sizeof(narrow)) {
                memcpy(&narrow, bytes, sizeof(narrow));
                return is_little ? le32toh(narrow) : be32toh(narrow);
        }

        memcpy(&wide, bytes, sizeof(wide));
        return is_little ? le64toh(wide) : be64toh(wide);
}
