/* SPDX-License-Identifier: MIT
 * How far it is: events for the page, which progress_web.js makes. */
#include "progress.h"

/* In progress_web.js. */
void downloader_web_file(int number, const char *name, const char *url);
void downloader_web_moved(int number, double received, double total);
void downloader_web_turned(int number, int outcome, const char *words);

/* The page has bars, and a log too: its lines are the same as in a file. */
bool progress_start(const file_list *list, const tally *so_far)
{
    (void)so_far;
    for (size_t i = 0; i < list->count; i++)
        downloader_web_file((int)i, list->files[i].name, list->files[i].url);
    return false;
}

void progress_moved(size_t number, uint64_t received, int64_t total,
                    const tally *so_far)
{
    (void)so_far;
    downloader_web_moved((int)number, (double)received, (double)total);
}

void progress_turned(size_t number, outcome became, const char *words,
                     const tally *so_far)
{
    (void)so_far;
    downloader_web_turned((int)number, became, words);
}

void progress_away(void)
{
}
