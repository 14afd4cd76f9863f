/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <systemd/sd-bus.h>

#include "bus.h"
#include "wire.h"

/*
 * What the files of the bus share, for them alone.
 */
typedef struct Question Question;
typedef struct Inhibitor Inhibitor;
typedef struct Authorisation Authorisation;

struct Bus {
        Manager *manager;
        sd_bus *bus; /* NULL: being made anew */
        sd_event_source *reconnect;
        sd_event_source *patience; /* with a bus that does not answer, before we are ready */
        sd_event_source *post;     /* after each event */
        bool has_name;

        Question *questions; /* those that wait for their answer */
        unsigned n_questions;
        Authorisation *authorisations;
        Inhibitor *inhibitors;
        unsigned n_inhibitors;

        /* What was last told of the manager. */
        const char *state;
        bool was_scanning;
        size_t n_kernels;
        unsigned told_inhibitors;
        uint64_t told_quiet_usec;
};

/* Objects of the interface, added to bus->bus. 0 or a negative errno. */
int bus_add_manager(Bus *bus);
int bus_add_kernels(Bus *bus);
int bus_add_log_control(Bus *bus);

/* The object path of a kernel; NULL without memory. The caller frees it. */
char *bus_kernel_path(const char *release);

/* How many kernels others have been told of. */
size_t bus_n_kernels(const Bus *bus);

/*
 * A method handler of every object whose answer depends on the file system: keeps the message,
 * waits until the model is fresh, then answers it as questions.c knows. The userdata is the bus.
 */
int bus_take_question(sd_bus_message *message, void *userdata, sd_bus_error *ret_error);

/* The same for the methods of a kernel, which is the userdata. */
int bus_take_kernel_question(sd_bus_message *message, void *userdata, sd_bus_error *ret_error);

void bus_forget_questions(Bus *bus);
void bus_forget_authorisations(Bus *bus);

/* From now on questions that still wait are forgotten when who has asked them is gone. */
void bus_follow_questions(Bus *bus);

/* Inhibitors: a descriptor each, of which we hold the other end. */
int bus_take_inhibit(sd_bus_message *message, void *userdata, sd_bus_error *ret_error);
int bus_list_inhibitors(sd_bus_message *message, void *userdata, sd_bus_error *ret_error);
void bus_forget_inhibitors(Bus *bus);
