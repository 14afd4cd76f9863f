/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "remote-bus.h"

/* It calls itself for what stands within, which no message may nest deeper than 64 times. */
static int read_one(sd_bus_message *message, const Shape *members, Value *value);

static int read_text(sd_bus_message *message, char type, Value *value) {
        const char *text;
        int r;

        r = sd_bus_message_read_basic(message, type, &text);
        if (r < 0)
                return r;
        value->kind = VALUE_TEXT;
        value->text = strdup(text);
        return value->text ? 0 : -ENOMEM;
}

static int read_fd(sd_bus_message *message, Value *value) {
        int fd, r;

        r = sd_bus_message_read_basic(message, SD_BUS_TYPE_UNIX_FD, &fd);
        if (r < 0)
                return r;
        fd = fcntl(fd, F_DUPFD_CLOEXEC, 3); /* the message's own is closed with it */
        if (fd < 0)
                return -errno;
        value->kind = VALUE_FD;
        value->fd = fd;
        return 0;
}

static int read_number(sd_bus_message *message, char type, Value *value) {
        union {
                uint8_t y;
                uint16_t q;
                uint32_t u;
                uint64_t t;
                int b;
                int16_t n;
                int32_t i;
                int64_t x;
                double d;
        } read = {};
        int r;

        r = sd_bus_message_read_basic(message, type, &read);
        if (r < 0)
                return r;

        value->kind = strchr("nix", type)           ? VALUE_INTEGER
                      : type == SD_BUS_TYPE_DOUBLE  ? VALUE_REAL
                      : type == SD_BUS_TYPE_BOOLEAN ? VALUE_BOOLEAN
                                                    : VALUE_NUMBER;
        value->number = type == 'y' ? read.y : type == 'q' ? read.q : type == 'u' ? read.u : read.t;
        value->integer = type == 'n' ? read.n : type == 'i' ? read.i : read.x;
        value->real = read.d;
        if (type == SD_BUS_TYPE_BOOLEAN)
                value->number = read.b != 0;
        return 0;
}

static const Shape *shape_of(const Shape *members, const char *name) {
        for (; members && members->name; members++) {
                if (strcmp(members->name, name) == 0)
                        return members->members;
        }

        return NULL;
}

/* One entry of a dictionary. */
static int read_entry(sd_bus_message *message, const char *contents, const Shape *members,
                      Value *value) {
        const char *key;
        Value *member;
        int r;

        r = sd_bus_message_enter_container(message, SD_BUS_TYPE_DICT_ENTRY, contents);
        if (r < 0)
                return r;
        r = sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, &key);
        if (r < 0)
                return r;
        member = value_add(value, key);
        if (!member)
                return -ENOMEM;
        r = read_one(message, shape_of(members, key), member);
        if (r < 0)
                return r;
        return sd_bus_message_exit_container(message);
}

static int read_array(sd_bus_message *message, const char *contents, const Shape *members,
                      Value *value) {
        char entry[256] = "";
        int r;

        value->kind = VALUE_LIST;
        if (contents[0] == '{') {
                /* What stands between the braces. */
                if (strlen(contents) >= sizeof(entry))
                        return -EBADMSG;
                memcpy(entry, contents + 1, strlen(contents) - 2);
                value->kind = VALUE_RECORD;
        }

        r = sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, contents);
        while (r >= 0 && (r = sd_bus_message_at_end(message, false)) == 0) {
                if (entry[0] != '\0')
                        r = read_entry(message, entry, members, value);
                else {
                        Value *member = value_add(value, NULL);

                        r = member ? read_one(message, members, member) : -ENOMEM;
                }
        }
        return r < 0 ? r : sd_bus_message_exit_container(message);
}

static int read_within(sd_bus_message *message, char type, const char *contents,
                       const Shape *members, Value *value) {
        int r;

        r = sd_bus_message_enter_container(message, type, contents);
        if (r < 0)
                return r;
        r = type == SD_BUS_TYPE_VARIANT ? read_one(message, members, value)
                                        : remote_value_read(message, members, value);
        if (r < 0)
                return r;
        return sd_bus_message_exit_container(message);
}

static int read_one(sd_bus_message *message, const Shape *members, Value *value) {
        const char *contents;
        char type;
        int r;

        r = sd_bus_message_peek_type(message, &type, &contents);
        if (r <= 0)
                return r < 0 ? r : -EBADMSG;

        switch (type) {
        case SD_BUS_TYPE_STRING:
        case SD_BUS_TYPE_OBJECT_PATH:
        case SD_BUS_TYPE_SIGNATURE:
                return read_text(message, type, value);
        case SD_BUS_TYPE_UNIX_FD:
                return read_fd(message, value);
        case SD_BUS_TYPE_ARRAY:
                return read_array(message, contents, members, value);
        case SD_BUS_TYPE_STRUCT:
        case SD_BUS_TYPE_VARIANT:
                return read_within(message, type, contents, members, value);
        default:
                return read_number(message, type, value);
        }
}

int remote_value_read(sd_bus_message *message, const Shape *shape, Value *value) {
        int r;

        value->kind = VALUE_RECORD;
        for (; shape && shape->name; shape++) {
                Value *member = value_add(value, shape->name);

                if (!member)
                        return -ENOMEM;
                r = read_one(message, shape->members, member);
                if (r < 0)
                        return r;
        }

        /* What we have no name for. */
        do
                r = sd_bus_message_at_end(message, false) == 0 ? sd_bus_message_skip(message, NULL)
                                                               : 0;
        while (r > 0);
        return r;
}
