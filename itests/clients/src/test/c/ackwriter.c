/*
 * A writer that keeps its own record of what a target acknowledged, over libiscsi.
 *
 *   ackwriter URL SLOTS DEPTH SEED [SESSION SESSIONS]
 *
 * The volume is seen as slots of 4 KiB. Each write stamps 1 to 16 of them; every 512-byte sector carries the volume, the slot,
 * the sector and a sequence number. One write in 8 has FUA; now and then a SYNCHRONIZE CACHE is under way beside the others. One
 * command in 4 reads a slot back and judges it. When the connection is lost it reconnects, reads every slot, and
 * demands of each sector: what was acknowledged last, or what was in flight when the connection was lost. What it saw
 * is the record from then on.
 *
 * Several of them share a volume: runs of 16 slots belong to one of SESSIONS after the other, and SESSION (from 0) says to
 * which. So neighbours in one stripe are written by different sessions. SLOTS is what each of them has.
 *
 * The driver talks to it by lines:
 *
 *   prints  VERIFIED slots=N     after each connect and read-back
 *           WRITING              then commands go on until the connection is lost, or one fails
 *           LOST acknowledged=N
 *           MISMATCH ...         and exits with 1
 *           DONE acknowledged=N connects=N fua=N flushes=N reads=N verified=N   and exits with 0
 *   reads   anything on standard input (or its end): stop, read back a last time and finish
 *
 * verified counts the slots that were looked at and held what they must, reads included.
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
#define FUA_ONE_IN 8
#define READ_ONE_IN 4
#define FLUSH_ONE_IN 200

struct slot {
    uint64_t acknowledged[SECTORS]; /* sequence number by sector, 0 = never written */
    uint64_t in_flight;             /* sequence number of the write under way, 0 = none */
    int being_read;
};

enum kind { WRITE, READ, FLUSH };
struct op {
    enum kind kind;
    int first, count, busy, fua;
    uint64_t sequence;
    unsigned char data[MOST_SLOTS * SLOT_BYTES];
};

static struct slot *slots;
static struct op *ops;
static int slot_count, depth, session_index, session_count = 1;
static uint64_t volume, last_sequence, acknowledged_writes, random_state;
static uint64_t fua_writes, flushes, reads, verified;
static int broken, stopping, outstanding;
static struct iscsi_context *iscsi;
static int lun;

static uint64_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Where a slot lies: the slot of the volume. */
static uint64_t place(int slot) {
    return ((uint64_t)(slot / MOST_SLOTS) * (uint64_t)session_count + (uint64_t)session_index) * MOST_SLOTS
           + (uint64_t)(slot % MOST_SLOTS);
}

static uint64_t lba(int slot) { return place(slot) * SECTORS; }

/* Tells volumes apart that are written at the same place with the same number. */
static uint64_t name_of(const char *url_text) {
    uint64_t hash = 0xCBF29CE484222325ull;
    for (const char *at = url_text; *at != 0; at++) hash = (hash ^ (unsigned char)*at) * 0x100000001B3ull;
    return hash;
}

static void stamp(unsigned char *sector, int slot, uint64_t index, uint64_t sequence) {
    uint64_t words[SECTOR_BYTES / 8];
    for (unsigned i = 0; i < SECTOR_BYTES / 8; i += 4) {
        words[i] = sequence;
        words[i + 1] = place(slot);
        words[i + 2] = volume ^ index;
        words[i + 3] = sequence * 0x9E3779B97F4A7C15ull + i;
    }
    memcpy(sector, words, SECTOR_BYTES);
}

static uint64_t judge(int slot, int sector, const unsigned char *got);

static void judge_slot(int slot, const unsigned char *got) {
    for (int sector = 0; sector < SECTORS; sector++)
        slots[slot].acknowledged[sector] = judge(slot, sector, got + sector * SECTOR_BYTES);
    verified++;
}

static void ended(struct iscsi_context *context, int status, void *command_data, void *private_data) {
    struct op *op = private_data;
    struct scsi_task *task = command_data;
    (void)context;
    op->busy = 0;
    outstanding--;
    if (op->kind == READ) slots[op->first].being_read = 0;
    if (status != SCSI_STATUS_GOOD) {
        broken = 1; /* in_flight stays: either outcome is allowed */
    } else if (op->kind == FLUSH) {
        flushes++;
    } else if (op->kind == READ) {
        if (task->datain.size != SLOT_BYTES) broken = 1;
        else judge_slot(op->first, task->datain.data);
        reads++;
    } else {
        acknowledged_writes++;
        fua_writes += (uint64_t)op->fua;
        for (int i = op->first; i < op->first + op->count; i++) {
            for (int sector = 0; sector < SECTORS; sector++) slots[i].acknowledged[sector] = op->sequence;
            slots[i].in_flight = 0;
        }
    }
    if (task != NULL) scsi_free_scsi_task(task);
}

static int unused(int first, int count) {
    for (int i = first; i < first + count; i++)
        if (slots[i].in_flight != 0 || slots[i].being_read) return 0;
    return 1;
}

static struct scsi_task *sent(struct scsi_task *task) {
    if (task == NULL) broken = 1;
    return task;
}

static struct scsi_task *start_write(struct op *op) {
    int count = (next_random() & 3) == 0 ? 1 + (int)(next_random() % MOST_SLOTS) : 1;
    int run = (int)(next_random() % (uint64_t)(slot_count / MOST_SLOTS)) * MOST_SLOTS;
    int first = run + (int)(next_random() % (uint64_t)(MOST_SLOTS - count + 1));
    if (!unused(first, count)) return NULL;
    op->kind = WRITE;
    op->first = first;
    op->count = count;
    op->fua = next_random() % FUA_ONE_IN == 0;
    op->sequence = ++last_sequence;
    for (int i = 0; i < count; i++)
        for (int sector = 0; sector < SECTORS; sector++)
            stamp(op->data + i * SLOT_BYTES + sector * SECTOR_BYTES, first + i, (uint64_t)sector, op->sequence);
    for (int i = first; i < first + count; i++) slots[i].in_flight = op->sequence;
    return sent(iscsi_write16_task(iscsi, lun, lba(first), op->data, (uint32_t)count * SLOT_BYTES, SECTOR_BYTES, 0, 0,
                                   op->fua, 0, 0, ended, op));
}

static struct scsi_task *start_read(struct op *op) {
    int slot = (int)(next_random() % (uint64_t)slot_count);
    if (!unused(slot, 1)) return NULL;
    op->kind = READ;
    op->first = slot;
    slots[slot].being_read = 1;
    return sent(iscsi_read16_task(iscsi, lun, lba(slot), SLOT_BYTES, SECTOR_BYTES, 0, 0, 0, 0, 0, ended, op));
}

static struct scsi_task *start_flush(struct op *op) {
    op->kind = FLUSH;
    return sent(iscsi_synchronizecache16_task(iscsi, lun, 0, 0, 0, 0, ended, op));
}

/* What it picks may be in use: then nothing is started this time. */
static void start(struct op *op) {
    struct scsi_task *task;
    if (next_random() % FLUSH_ONE_IN == 0) task = start_flush(op);
    else if (next_random() % READ_ONE_IN == 0) task = start_read(op);
    else task = start_write(op);
    if (task == NULL) return;
    op->busy = 1;
    outstanding++;
}

static int connect_once(const char *url_text) {
    char name[64] = "iqn.2026-11.org.isobar.test:ackwriter";
    if (session_count > 1) sprintf(name + strlen(name), "-%d", session_index);
    iscsi = iscsi_create_context(name);
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
    printf("MISMATCH slot=%llu sector=%d acknowledged=%llu in_flight=%llu got_sequence=%llu got_slot=%llu got_sector=%llx\n",
           (unsigned long long)place(slot), sector, (unsigned long long)slots[slot].acknowledged[sector], (unsigned long long)slots[slot].in_flight,
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
            stamp(want, slot, (uint64_t)sector, candidates[i]);
            if (memcmp(got, want, SECTOR_BYTES) == 0) return candidates[i];
        }
    }
    mismatch(slot, sector, got);
    return 0;
}

/* 0 when all is right, -1 when the connection broke. */
static int verify(void) {
    for (int first = 0; first < slot_count; first += MOST_SLOTS) {
        struct scsi_task *task = iscsi_read16_sync(iscsi, lun, lba(first), MOST_SLOTS * SLOT_BYTES, SECTOR_BYTES, 0, 0, 0, 0, 0);
        if (task == NULL || task->status != SCSI_STATUS_GOOD || task->datain.size != MOST_SLOTS * SLOT_BYTES) {
            fprintf(stderr, "read back failed at slot %d: %s\n", first, iscsi_get_error(iscsi));
            if (task != NULL) scsi_free_scsi_task(task);
            return -1;
        }
        for (int i = 0; i < MOST_SLOTS; i++) {
            judge_slot(first + i, task->datain.data + i * SLOT_BYTES);
            slots[first + i].in_flight = 0;
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
            if (!ops[i].busy) start(&ops[i]);
        struct pollfd fds[2] = {{.fd = iscsi_get_fd(iscsi), .events = (short)iscsi_which_events(iscsi)},
                                {.fd = stopping ? -1 : 0, .events = POLLIN}};
        if (poll(fds, 2, 1000) < 0 && errno != EINTR) broken = 1;
        if (fds[1].revents != 0) stopping = 1;
        if (iscsi_service(iscsi, fds[0].revents) < 0) broken = 1;
    }
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 7) {
        fprintf(stderr, "usage: ackwriter URL SLOTS DEPTH SEED [SESSION SESSIONS]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    slot_count = atoi(argv[2]);
    depth = atoi(argv[3]);
    random_state = strtoull(argv[4], NULL, 10) * 2 + 1;
    if (argc == 7) {
        session_index = atoi(argv[5]);
        session_count = atoi(argv[6]);
    }
    if (slot_count < MOST_SLOTS || slot_count % MOST_SLOTS != 0 || depth < 1 || session_index < 0
        || session_index >= session_count) {
        fprintf(stderr, "SLOTS: a multiple of %d; DEPTH: 1 or more; SESSION: 0 to SESSIONS - 1\n", MOST_SLOTS);
        return 2;
    }
    volume = name_of(argv[1]);
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
            printf("DONE acknowledged=%llu connects=%d fua=%llu flushes=%llu reads=%llu verified=%llu\n",
                   (unsigned long long)acknowledged_writes, connects, (unsigned long long)fua_writes,
                   (unsigned long long)flushes, (unsigned long long)reads, (unsigned long long)verified);
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
        for (int i = 0; i < slot_count; i++) slots[i].being_read = 0;
        outstanding = 0;
    }
}
