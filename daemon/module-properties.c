/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module-properties.h"

#include <errno.h>
#include <string.h>

/* Fields of .modinfo with a name of their own on the bus. */
static const struct {
        const char *key;
        const char *field;
        bool is_list; /* may stand more than once */
} named_fields[] = {
        { "Description", "description", false },
        { "License", "license", false },
        { "Author", "author", true },
        { "Version", "version", false },
        { "SrcVersion", "srcversion", false },
        { "VerMagic", "vermagic", false },
        { "Firmware", "firmware", true },
};

static int open_entry(const PropertyList *list, const char *key, const char *type) {
        int r;

        r = sd_bus_message_open_container(list->reply, 'e', "sv");
        if (r >= 0)
                r = sd_bus_message_append_basic(list->reply, 's', key);
        return r < 0 ? r : sd_bus_message_open_container(list->reply, 'v', type);
}

static int close_entry(const PropertyList *list) {
        int r = sd_bus_message_close_container(list->reply);

        return r < 0 ? r : sd_bus_message_close_container(list->reply);
}

int property_text(PropertyList *list, const char *key, const char *value) {
        int r;

        r = open_entry(list, key, "s");
        if (r >= 0)
                r = question_append(list->question, list->reply, value);
        return r < 0 ? r : close_entry(list);
}

int property_number(PropertyList *list, const char *key, uint64_t value) {
        return sd_bus_message_append(list->reply, "{sv}", key, "t", value);
}

int property_open_texts(PropertyList *list, const char *key) {
        int r;

        r = open_entry(list, key, "as");
        return r < 0 ? r : sd_bus_message_open_container(list->reply, 'a', "s");
}

int property_add_text(PropertyList *list, const char *text, size_t size) {
        _cleanup_free_ char *copy = strndup(text, size);

        return copy ? question_append(list->question, list->reply, copy) : -ENOMEM;
}

int property_close_texts(PropertyList *list) {
        int r = sd_bus_message_close_container(list->reply);

        return r < 0 ? r : close_entry(list);
}

int property_ids(PropertyList *list, const char *key, const Tree *tree, const StringId *ids,
                 size_t count) {
        int r = property_open_texts(list, key);

        for (size_t i = 0; r >= 0 && i < count; i++)
                r = question_append(list->question, list->reply, tree_string(tree, ids[i]));
        return r < 0 ? r : property_close_texts(list);
}

static int append_list(PropertyList *list, const ModuleDetails *details, const char *key,
                       const char *field) {
        int r = property_open_texts(list, key);

        for (size_t i = 0; r >= 0 && i < details->n_fields; i++) {
                if (strcmp(details->fields[i].key, field) == 0)
                        r = question_append(list->question, list->reply, details->fields[i].value);
        }

        return r < 0 ? r : property_close_texts(list);
}

static const char *find_field(const ModuleDetails *details, const char *field) {
        for (size_t i = 0; i < details->n_fields; i++) {
                if (strcmp(details->fields[i].key, field) == 0)
                        return details->fields[i].value;
        }

        return NULL;
}

/* "a,b" */
static int append_depends(PropertyList *list, const ModuleDetails *details) {
        const char *next = find_field(details, "depends");
        int r = property_open_texts(list, "Depends");

        while (r >= 0 && next && *next != '\0') {
                size_t size = strcspn(next, ",");

                if (size > 0)
                        r = property_add_text(list, next, size);
                next += size + (next[size] == ',');
        }

        return r < 0 ? r : property_close_texts(list);
}

/* The type of a parameter stands in a field of its own, "NAME:TYPE" as the description does. */
static const char *find_type(const ModuleDetails *details, const char *name, size_t size) {
        for (size_t i = 0; i < details->n_fields; i++) {
                const char *value = details->fields[i].value;

                if (strcmp(details->fields[i].key, "parmtype") == 0 &&
                    strncmp(value, name, size) == 0 && value[size] == ':')
                        return value + size + 1;
        }

        return "";
}

static int append_parameter(PropertyList *list, const ModuleDetails *details, const char *text) {
        size_t size = strcspn(text, ":");
        int r;

        r = sd_bus_message_open_container(list->reply, 'r', "sss");
        if (r >= 0)
                r = property_add_text(list, text, size);
        if (r >= 0)
                r = question_append(list->question, list->reply, find_type(details, text, size));
        if (r >= 0)
                r = question_append(list->question, list->reply,
                                    text[size] == ':' ? text + size + 1 : "");
        return r < 0 ? r : sd_bus_message_close_container(list->reply);
}

/* A parameter without a description has only its type. */
static bool has_description(const ModuleDetails *details, const char *text) {
        size_t size = strcspn(text, ":");

        for (size_t i = 0; i < details->n_fields; i++) {
                const char *value = details->fields[i].value;

                if (strcmp(details->fields[i].key, "parm") == 0 &&
                    strncmp(value, text, size) == 0 && value[size] == ':')
                        return true;
        }

        return false;
}

static int append_parameters(PropertyList *list, const ModuleDetails *details) {
        int r;

        r = open_entry(list, "Params", "a(sss)");
        if (r >= 0)
                r = sd_bus_message_open_container(list->reply, 'a', "(sss)");
        for (size_t i = 0; r >= 0 && i < details->n_fields; i++) {
                const ModuleField *field = &details->fields[i];
                _cleanup_free_ char *name = NULL;

                if (strcmp(field->key, "parm") == 0)
                        r = append_parameter(list, details, field->value);
                else if (strcmp(field->key, "parmtype") == 0 &&
                         !has_description(details, field->value)) {
                        name = strndup(field->value, strcspn(field->value, ":"));
                        r = name ? append_parameter(list, details, name) : -ENOMEM;
                }
        }
        if (r >= 0)
                r = sd_bus_message_close_container(list->reply);
        return r < 0 ? r : close_entry(list);
}

static int append_field(PropertyList *list, const char *key, const char *value) {
        int r;

        r = sd_bus_message_open_container(list->reply, 'r', "ss");
        if (r >= 0)
                r = question_append(list->question, list->reply, key);
        if (r >= 0)
                r = question_append(list->question, list->reply, value);
        return r < 0 ? r : sd_bus_message_close_container(list->reply);
}

static int append_all_fields(PropertyList *list, const ModuleDetails *details) {
        const ModuleField signature[] = {
                { "sig_id", details->sig_id },       { "signer", details->signer },
                { "sig_key", details->sig_key },     { "sig_hashalgo", details->sig_hashalgo },
                { "signature", details->signature },
        };
        int r;

        r = open_entry(list, "Fields", "a(ss)");
        if (r >= 0)
                r = sd_bus_message_open_container(list->reply, 'a', "(ss)");
        for (size_t i = 0; r >= 0 && i < details->n_fields; i++)
                r = append_field(list, details->fields[i].key, details->fields[i].value);
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(signature); i++) {
                if (details->sig_id && details->sig_id[0] != '\0')
                        r = append_field(list, signature[i].key, signature[i].value);
        }
        if (r >= 0)
                r = sd_bus_message_close_container(list->reply);
        return r < 0 ? r : close_entry(list);
}

int property_fields(PropertyList *list, const ModuleDetails *details) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(named_fields); i++) {
                if (named_fields[i].is_list)
                        r = append_list(list, details, named_fields[i].key, named_fields[i].field);
                else
                        r = property_text(list, named_fields[i].key,
                                          find_field(details, named_fields[i].field));
        }
        if (r >= 0)
                r = append_depends(list, details);
        if (r >= 0)
                r = append_parameters(list, details);
        return r < 0 ? r : append_all_fields(list, details);
}
