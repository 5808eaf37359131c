/*
 * A writer that keeps its own record of what a target acknowledged, over libiscsi.
 *
 *   ackwriter URL SLOTS DEPTH SEED
 *
 * The volume is seen as SLOTS slots of 4 KiB. Each write stamps 1 to 16 slots; every 512-byte sector carries the slot,
 * the sector and a sequence number. When the connection is lost it reconnects, reads every slot it ever wrote, and
 * demands of each sector: what was acknowledged last, or what was in flight when the connection was lost. What it saw
 * is the record from then on. The driver talks to it by lines:
 *
 *   prints  VERIFIED slots=N     after each connect and read-back
 *           WRITING              then writes go on until the connection is lost
 *           LOST acknowledged=N
 *           MISMATCH ...         and exits with 1
 *           DONE acknowledged=N connects=N   and exits with 0
 *   reads   anything on standard input (or its end): stop, read back a last time and finish
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#define SLOT_BYTES 4096
#define SECTOR_BYTES 512
#define SECTORS (SLOT_BYTES / SECTOR_BYTES)
#define MOST_SLOTS 16
#define CONNECT_SECONDS 120

struct slot {
    uint64_t acknowledged[SECTORS]; /* sequence number by sector, 0 = never written */
    uint64_t in_flight;             /* sequence number of the write under way, 0 = none */
};

struct write_op {
    int first, count, busy;
    uint64_t sequence;
    unsigned char data[MOST_SLOTS * SLOT_BYTES];
};

static struct slot *slots;
static struct write_op *ops;
static int slot_count, depth;
static uint64_t last_sequence, acknowledged_writes, random_state;
static int broken, stopping, outstanding;
static struct iscsi_context *iscsi;
static int lun;

static uint64_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void stamp(unsigned char *sector, uint64_t slot, uint64_t index, uint64_t sequence) {
    uint64_t words[SECTOR_BYTES / 8];
    for (unsigned i = 0; i < SECTOR_BYTES / 8; i += 4) {
        words[i] = sequence;
        words[i + 1] = slot;
        words[i + 2] = index;
        words[i + 3] = sequence * 0x9E3779B97F4A7C15ull + i;
    }
    memcpy(sector, words, SECTOR_BYTES);
}

static void write_done(struct iscsi_context *context, int status, void *command_data, void *private_data) {
    struct write_op *op = private_data;
    (void)context;
    op->busy = 0;
    outstanding--;
    if (status == SCSI_STATUS_GOOD) {
        acknowledged_writes++;
        for (int i = op->first; i < op->first + op->count; i++) {
            for (int sector = 0; sector < SECTORS; sector++) slots[i].acknowledged[sector] = op->sequence;
            slots[i].in_flight = 0;
        }
    } else {
        broken = 1; /* in_flight stays: either outcome is allowed */
    }
    if (command_data != NULL) scsi_free_scsi_task(command_data);
}

static void start_write(struct write_op *op) {
    int count = (next_random() & 3) == 0 ? 1 + (int)(next_random() % MOST_SLOTS) : 1;
    int first = (int)(next_random() % (uint64_t)(slot_count - count + 1));
    for (int i = first; i < first + count; i++)
        if (slots[i].in_flight != 0) return;
    op->first = first;
    op->count = count;
    op->sequence = ++last_sequence;
    for (int i = 0; i < count; i++)
        for (int sector = 0; sector < SECTORS; sector++)
            stamp(op->data + i * SLOT_BYTES + sector * SECTOR_BYTES, first + i, sector, op->sequence);
    for (int i = first; i < first + count; i++) slots[i].in_flight = op->sequence;
    if (iscsi_write16_task(iscsi, lun, (uint64_t)first * SECTORS, op->data, count * SLOT_BYTES, SECTOR_BYTES, 0, 0, 0, 0,
                           0, write_done, op) == NULL) {
        broken = 1;
        return;
    }
    op->busy = 1;
    outstanding++;
}

static int connect_once(const char *url_text) {
    iscsi = iscsi_create_context("iqn.2026-11.org.isobar.test:ackwriter");
    struct iscsi_url *url = iscsi_parse_full_url(iscsi, url_text);
    if (url == NULL) {
        fprintf(stderr, "bad URL %s: %s\n", url_text, iscsi_get_error(iscsi));
        exit(2);
    }
    iscsi_set_targetname(iscsi, url->target);
    iscsi_set_session_type(iscsi, ISCSI_SESSION_NORMAL);
    iscsi_set_header_digest(iscsi, ISCSI_HEADER_DIGEST_NONE);
    iscsi_set_noautoreconnect(iscsi, 1);
    iscsi_set_timeout(iscsi, 60);
    lun = url->lun;
    int failed = iscsi_full_connect_sync(iscsi, url->portal, url->lun);
    iscsi_destroy_url(url);
    if (failed) {
        iscsi_destroy_context(iscsi);
        iscsi = NULL;
    }
    return failed;
}

static void mismatch(int slot, int sector, const unsigned char *got) {
    uint64_t words[4];
    memcpy(words, got, sizeof words);
    printf("MISMATCH slot=%d sector=%d acknowledged=%llu in_flight=%llu got_sequence=%llu got_slot=%llu got_sector=%llu\n",
           slot, sector, (unsigned long long)slots[slot].acknowledged[sector], (unsigned long long)slots[slot].in_flight,
           (unsigned long long)words[0], (unsigned long long)words[1], (unsigned long long)words[2]);
    exit(1);
}

/* Which allowed sequence number the sector shows, or dies. */
static uint64_t judge(int slot, int sector, const unsigned char *got) {
    static const unsigned char zeros[SECTOR_BYTES];
    unsigned char want[SECTOR_BYTES];
    uint64_t candidates[2] = {slots[slot].acknowledged[sector], slots[slot].in_flight};
    for (int i = 0; i < 2; i++) {
        if (i == 1 && candidates[1] == 0) break;
        if (candidates[i] == 0) {
            if (memcmp(got, zeros, SECTOR_BYTES) == 0) return 0;
        } else {
            stamp(want, slot, sector, candidates[i]);
            if (memcmp(got, want, SECTOR_BYTES) == 0) return candidates[i];
        }
    }
    mismatch(slot, sector, got);
    return 0;
}

/* 0 when all is right, -1 when the connection broke. */
static int verify(void) {
    const int batch = 64;
    for (int first = 0; first < slot_count; first += batch) {
        int count = slot_count - first < batch ? slot_count - first : batch;
        struct scsi_task *task = iscsi_read16_sync(iscsi, lun, (uint64_t)first * SECTORS, count * SLOT_BYTES,
                                                   SECTOR_BYTES, 0, 0, 0, 0, 0);
        if (task == NULL || task->status != SCSI_STATUS_GOOD || task->datain.size != count * SLOT_BYTES) {
            fprintf(stderr, "read back failed at slot %d: %s\n", first, iscsi_get_error(iscsi));
            if (task != NULL) scsi_free_scsi_task(task);
            return -1;
        }
        for (int i = 0; i < count; i++) {
            struct slot *slot = &slots[first + i];
            for (int sector = 0; sector < SECTORS; sector++)
                slot->acknowledged[sector] =
                    judge(first + i, sector, task->datain.data + i * SLOT_BYTES + sector * SECTOR_BYTES);
            slot->in_flight = 0;
        }
        scsi_free_scsi_task(task);
    }
    printf("VERIFIED slots=%d\n", slot_count);
    return 0;
}

static void write_until_broken(void) {
    broken = 0;
    while (!broken && !(stopping && outstanding == 0)) {
        for (int i = 0; i < depth && !stopping && !broken; i++)
            if (!ops[i].busy) start_write(&ops[i]);
        struct pollfd fds[2] = {{.fd = iscsi_get_fd(iscsi), .events = (short)iscsi_which_events(iscsi)},
                                {.fd = stopping ? -1 : 0, .events = POLLIN}};
        if (poll(fds, 2, 1000) < 0 && errno != EINTR) broken = 1;
        if (fds[1].revents != 0) stopping = 1;
        if (iscsi_service(iscsi, fds[0].revents) < 0) broken = 1;
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: ackwriter URL SLOTS DEPTH SEED\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    slot_count = atoi(argv[2]);
    depth = atoi(argv[3]);
    random_state = strtoull(argv[4], NULL, 10) * 2 + 1;
    slots = calloc((size_t)slot_count, sizeof *slots);
    ops = calloc((size_t)depth, sizeof *ops);
    int connects = 0;
    for (;;) {
        int tries = 0;
        while (connect_once(argv[1]) != 0) {
            if (++tries > CONNECT_SECONDS * 5) {
                fprintf(stderr, "no connection for %d seconds\n", CONNECT_SECONDS);
                return 3;
            }
            usleep(200000);
        }
        connects++;
        int readable = verify() == 0;
        if (readable && stopping) {
            printf("DONE acknowledged=%llu connects=%d\n", (unsigned long long)acknowledged_writes, connects);
            iscsi_logout_sync(iscsi);
            iscsi_destroy_context(iscsi);
            return 0;
        }
        if (readable) {
            printf("WRITING\n");
            write_until_broken();
            printf("LOST acknowledged=%llu\n", (unsigned long long)acknowledged_writes);
        }
        iscsi_destroy_context(iscsi); /* cancels what is outstanding: its callbacks run now */
        for (int i = 0; i < depth; i++) ops[i].busy = 0;
        outstanding = 0;
    }
}
