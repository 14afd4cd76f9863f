/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "history-job.h"

static void on_read(Job *done) {
        question_done_working(((HistoryJob *) done)->userdata);
}

static void free_task(void *task) {
        history_job_free(task);
}

int work_get_history(Question *question, Kernel *kernel, sd_bus_error *error) {
        HistoryJob *job = history_job_new(kernel->site->settings->root, question->release);

        (void) error;
        if (!job)
                return -ENOMEM;

        job->userdata = question;
        job->job.on_done = on_read;
        question->task = job;
        question->free_task = free_task;
        jobs_add(kernel->site->jobs, &job->job);
        return 1;
}

/* The items of an entry that have this sign. */
static int append_items(Question *question, sd_bus_message *reply, const HistoryEntry *entry,
                        char sign) {
        const char *item = entry->items;
        int r = sd_bus_message_open_container(reply, 'a', "s");

        for (size_t i = 0; r >= 0 && i < entry->n_items; i++, item += strlen(item) + 1) {
                if (item[0] == sign)
                        r = question_append(question, reply, item + 1);
        }
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* (ttasasasasb): generation, time, added, removed, changed, files, truncated */
static int append_entry(Question *question, sd_bus_message *reply, const HistoryEntry *entry) {
        static const char signs[] = { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED, HISTORY_FILE };
        int r;

        r = sd_bus_message_open_container(reply, 'r', "ttasasasasb");
        if (r >= 0)
                r = sd_bus_message_append(reply, "tt", entry->generation, entry->time_usec);
        for (size_t i = 0; r >= 0 && i < sizeof(signs); i++)
                r = append_items(question, reply, entry, signs[i]);
        if (r >= 0)
                r = sd_bus_message_append(reply, "b", entry->is_truncated);
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* The newest first. */
int answer_get_history(Question *question, sd_bus_message *reply, Kernel *kernel,
                       sd_bus_error *error) {
        const HistoryJob *job = question->task;
        int r;

        (void) kernel;
        if (job->loaded < 0)
                return sd_bus_error_setf(error, SD_BUS_ERROR_FAILED,
                                         "Cannot read the history of %s: %s", question->release,
                                         strerror(-job->loaded));
        r = sd_bus_message_open_container(reply, 'a', "(ttasasasasb)");
        for (size_t i = job->history.count; r >= 0 && i > 0; i--)
                r = append_entry(question, reply, &job->history.entries[i - 1]);
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : question_append_generation(question, reply);
}
