/*
 * A small load generator over libiscsi, the same one for every target that is compared.
 *
 *   loadgen URL read|write|mixed random|sequential|zipf|ranks BLOCK_BYTES DEPTH SESSIONS SECONDS RANGE_BYTES [FLUSH_EVERY]
 *
 * With FLUSH_EVERY each command in flight is followed, after so many writes of its place, by a SYNCHRONIZE CACHE that is waited
 * for; operations and times are those of the writes, flushes are counted apart.
 *
 * Mixed: each command in flight has blocks of its own, which it writes with a pattern and reads back in turn; a block that
 * reads back differently is an error. One thread for each session, DEPTH commands in flight each, over the first RANGE_BYTES of the volume. Prints one line:
 *   operations=N seconds=S iops=N mbps=N p50us=N p99us=N errors=N least=N most=N flushes=N
 * Zipf: pages of LOADGEN_PAGE bytes are asked for by Zipf's law with exponent 1, their ranks dealt by the number LOADGEN_DEAL; blocks within
 * a page are equal. Ranks: every block once, page by page from the busiest of that deal on, then it ends; one session.
 *
 * where least and most are the operations of the session that had fewest and most. Random places are the same in each run, so that runs
 * can be compared; another number in LOADGEN_SEED gives others.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#define BUCKETS 4096 /* latency histogram: 1 us steps to 1023, then logarithmic */

struct session;
struct op {
    struct session *session;
    unsigned char *data;
    uint64_t started_ns, own, turn, block;
    int reading_back, unflushed, flushing, write, again;
};
struct session {
    pthread_t thread;
    int index, outstanding, broken;
    uint64_t random_state, cursor, operations, errors, flushes;
    uint64_t histogram[BUCKETS];
    struct iscsi_context *iscsi;
    int lun;
};

static const char *url_text;
static int writing, mixed, random_access_pattern, zipf, ranks, block_bytes, depth, session_count, flush_every;
static double seconds;
static uint64_t range_blocks;
static uint64_t page_blocks, page_count;
static uint64_t *page_of_rank;
static double *share_up_to; /* of the ranks up to this one, not to scale */
static uint64_t deadline_ns;

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static int bucket(uint64_t us) {
    if (us < 1024) return (int)us;
    int shift = 63 - __builtin_clzll(us) - 7; /* 128 steps per doubling */
    int index = 1024 + (shift - 3) * 128 + (int)((us >> shift) - 128);
    return index < BUCKETS ? index : BUCKETS - 1;
}

static uint64_t bucket_us(int index) {
    if (index < 1024) return (uint64_t)index;
    int shift = (index - 1024) / 128 + 3;
    return (uint64_t)(128 + (index - 1024) % 128) << shift;
}

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Deals the ranks to the pages. */
static void deal(uint64_t number) {
    page_of_rank = calloc(page_count, sizeof *page_of_rank);
    share_up_to = calloc(page_count, sizeof *share_up_to);
    double sum = 0;
    for (uint64_t i = 0; i < page_count; i++) {
        page_of_rank[i] = i;
        share_up_to[i] = sum += 1.0 / (double)(i + 1);
    }
    uint64_t state = 0x9E3779B97F4A7C15ull * (number + 1);
    for (uint64_t i = page_count - 1; i > 0; i--) {
        uint64_t other = next_random(&state) % (i + 1), page = page_of_rank[i];
        page_of_rank[i] = page_of_rank[other];
        page_of_rank[other] = page;
    }
}

static uint64_t zipf_page(uint64_t *state) {
    double wanted = (double)(next_random(state) >> 11) * 0x1p-53 * share_up_to[page_count - 1];
    uint64_t from = 0, to = page_count - 1;
    while (from < to) {
        uint64_t middle = (from + to) / 2;
        if (share_up_to[middle] > wanted) to = middle;
        else from = middle + 1;
    }
    return page_of_rank[from];
}

static void start(struct op *op);
static void flush(struct op *op);

/* What a mixed block holds: depends on who wrote it, where, and when. */
static void fill(unsigned char *data, const struct op *op) {
    uint64_t value = op->block * 0x9E3779B97F4A7C15ull ^ op->turn << 32 ^ op->own;
    for (int at = 0; at + 8 <= block_bytes; at += 8) {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
        memcpy(data + at, &value, 8);
    }
}

static int reads_back(const struct op *op) {
    unsigned char expected[block_bytes];
    fill(expected, op);
    return memcmp(expected, op->data, (size_t)block_bytes) == 0;
}

static void done(struct iscsi_context *context, int status, void *command_data, void *private_data) {
    struct op *op = private_data;
    struct session *session = op->session;
    (void)context;
    session->outstanding--;
    uint64_t now = now_ns();
    if (status == SCSI_STATUS_GOOD && op->flushing) {
        session->flushes++;
    } else if (status == SCSI_STATUS_GOOD) {
        session->operations++;
        if (mixed && op->reading_back && !reads_back(op)) {
            fprintf(stderr, "block %llu reads back differently\n", (unsigned long long)op->block);
            session->errors++;
        }
        session->histogram[bucket((now - op->started_ns) / 1000)]++;
    } else if (status == SCSI_STATUS_CHECK_CONDITION && command_data != NULL && !op->flushing &&
               ((struct scsi_task *)command_data)->sense.key == SCSI_SENSE_UNIT_ATTENTION) {
        op->again = 1; /* told of something, e.g. that a pool fills: as every initiator does, ask again */
        scsi_free_scsi_task(command_data);
        start(op);
        return;
    } else {
        session->errors++;
        if (status == SCSI_STATUS_CANCELLED || status == SCSI_STATUS_ERROR) session->broken = 1;
    }
    if (command_data != NULL) scsi_free_scsi_task(command_data);
    if (now >= deadline_ns || session->broken) return;
    if (flush_every > 0 && !op->flushing && ++op->unflushed == flush_every) {
        flush(op);
    } else {
        op->flushing = 0;
        start(op);
    }
}

static void flush(struct op *op) {
    struct session *session = op->session;
    op->unflushed = 0;
    op->flushing = 1;
    if (iscsi_synchronizecache10_task(session->iscsi, session->lun, 0, 0, 0, 0, done, op) == NULL) {
        session->errors++;
        session->broken = 1;
        return;
    }
    session->outstanding++;
}

static void start(struct op *op) {
    struct session *session = op->session;
    uint64_t block;
    int write = writing;
    if (op->again) {
        op->again = 0;
        block = op->block;
        write = op->write;
    } else if (mixed) {
        op->reading_back = !op->reading_back;
        write = !op->reading_back;
        if (write) {
            uint64_t ops = (uint64_t)session_count * (uint64_t)depth, mine = range_blocks / ops;
            op->turn++;
            op->block = op->own * mine + op->turn * 7919 % mine;
            fill(op->data, op);
        } else {
            memset(op->data, 0, (size_t)block_bytes);
        }
        block = op->block;
    } else if (random_access_pattern) {
        block = next_random(&session->random_state) % range_blocks;
    } else if (zipf) {
        block = zipf_page(&session->random_state) * page_blocks + next_random(&session->random_state) % page_blocks;
    } else if (ranks) {
        if (session->cursor == page_count * page_blocks) return;
        block = page_of_rank[session->cursor / page_blocks] * page_blocks + session->cursor % page_blocks;
        session->cursor++;
    } else {
        block = session->cursor++ % range_blocks;
    }
    op->block = block;
    op->write = write;
    uint64_t lba = block * ((uint64_t)block_bytes / 512);
    struct scsi_task *task;
    op->started_ns = now_ns();
    if (write) {
        task = iscsi_write16_task(session->iscsi, session->lun, lba, op->data, block_bytes, 512, 0, 0, 0, 0, 0, done, op);
    } else {
        task = iscsi_read16_task(session->iscsi, session->lun, lba, block_bytes, 512, 0, 0, 0, 0, 0, done, op);
        if (task != NULL) scsi_task_add_data_in_buffer(task, block_bytes, op->data);
    }
    if (task == NULL) {
        session->errors++;
        session->broken = 1;
        return;
    }
    session->outstanding++;
}

/* All sessions are logged in before the first command: logins are not part of what is measured. */
static pthread_barrier_t ready, go;

static void *run(void *argument) {
    struct session *session = argument;
    char name[96];
    snprintf(name, sizeof name, "iqn.2026-11.org.isobar.bench:session%d", session->index);
    session->iscsi = iscsi_create_context(name);
    struct iscsi_url *url = iscsi_parse_full_url(session->iscsi, url_text);
    if (url == NULL) {
        fprintf(stderr, "bad URL: %s\n", iscsi_get_error(session->iscsi));
        exit(2);
    }
    iscsi_set_targetname(session->iscsi, url->target);
    iscsi_set_session_type(session->iscsi, ISCSI_SESSION_NORMAL);
    iscsi_set_header_digest(session->iscsi, ISCSI_HEADER_DIGEST_NONE);
    iscsi_set_noautoreconnect(session->iscsi, 1);
    session->lun = url->lun;
    if (iscsi_full_connect_sync(session->iscsi, url->portal, url->lun) != 0) {
        fprintf(stderr, "connect: %s\n", iscsi_get_error(session->iscsi));
        exit(2);
    }
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&go);
    struct op *ops = calloc((size_t)depth, sizeof *ops);
    for (int i = 0; i < depth; i++) {
        ops[i].session = session;
        ops[i].own = (uint64_t)session->index * (uint64_t)depth + (uint64_t)i;
        ops[i].reading_back = 1; /* begins with a write */
        ops[i].data = aligned_alloc(4096, ((size_t)block_bytes + 4095) & ~(size_t)4095);
        memset(ops[i].data, 'a' + i % 26, (size_t)block_bytes);
        start(&ops[i]);
    }
    while (session->outstanding > 0 && !session->broken) {
        struct pollfd fd = {.fd = iscsi_get_fd(session->iscsi), .events = (short)iscsi_which_events(session->iscsi)};
        if (poll(&fd, 1, 1000) < 0 && errno != EINTR) break;
        if (iscsi_service(session->iscsi, fd.revents) < 0) {
            session->broken = 1;
            session->errors++;
        }
    }
    if (!session->broken) iscsi_logout_sync(session->iscsi);
    iscsi_destroy_context(session->iscsi);
    iscsi_destroy_url(url);
    return NULL;
}

static uint64_t percentile(const uint64_t *histogram, uint64_t total, double part) {
    uint64_t seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += histogram[i];
        if ((double)seen >= (double)total * part) return bucket_us(i);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 9 && argc != 10) {
        fprintf(stderr, "usage: loadgen URL read|write|mixed random|sequential|zipf|ranks BLOCK_BYTES DEPTH SESSIONS SECONDS RANGE_BYTES [FLUSH_EVERY]\n");
        return 2;
    }
    url_text = argv[1];
    writing = strcmp(argv[2], "write") == 0;
    mixed = strcmp(argv[2], "mixed") == 0;
    random_access_pattern = strcmp(argv[3], "random") == 0;
    zipf = strcmp(argv[3], "zipf") == 0;
    ranks = strcmp(argv[3], "ranks") == 0;
    block_bytes = atoi(argv[4]);
    depth = atoi(argv[5]);
    session_count = atoi(argv[6]);
    seconds = atof(argv[7]);
    range_blocks = strtoull(argv[8], NULL, 10) / (uint64_t)block_bytes;
    flush_every = argc == 10 ? atoi(argv[9]) : 0;
    if (flush_every < 0 || (flush_every > 0 && !writing)) {
        fprintf(stderr, "flush every: must be 0 or more, and goes with write\n");
        return 2;
    }
    if (block_bytes < 512 || depth < 1 || session_count < 1 || range_blocks < 1) {
        fprintf(stderr, "block, depth, sessions and range must be positive\n");
        return 2;
    }
    if (mixed && range_blocks < (uint64_t)session_count * (uint64_t)depth) {
        fprintf(stderr, "mixed: the range must have a block for each command in flight\n");
        return 2;
    }
    if (zipf || ranks) {
        const char *page_text = getenv("LOADGEN_PAGE"), *deal_text = getenv("LOADGEN_DEAL");
        page_blocks = page_text ? strtoull(page_text, NULL, 10) / (uint64_t)block_bytes : 0;
        page_count = page_blocks > 0 ? range_blocks / page_blocks : 0;
        if (page_count < 1 || mixed || (ranks && session_count != 1)) {
            fprintf(stderr, "zipf, ranks: LOADGEN_PAGE must be a block at least and the range at most; not with mixed; ranks with one session\n");
            return 2;
        }
        deal(deal_text ? strtoull(deal_text, NULL, 10) : 0);
    }
    const char *seed_text = getenv("LOADGEN_SEED");
    uint64_t seed = seed_text ? strtoull(seed_text, NULL, 10) : 0;
    struct session *sessions = calloc((size_t)session_count, sizeof *sessions);
    pthread_barrier_init(&ready, NULL, (unsigned)session_count + 1);
    pthread_barrier_init(&go, NULL, (unsigned)session_count + 1);
    for (int i = 0; i < session_count; i++) {
        sessions[i].index = i;
        sessions[i].random_state = 0x9E3779B97F4A7C15ull * (seed * (uint64_t)session_count + (uint64_t)(i + 1));
        if (sessions[i].random_state == 0) sessions[i].random_state = 1; /* where xorshift would stay */
        sessions[i].cursor = range_blocks / (uint64_t)session_count * (uint64_t)i;
        pthread_create(&sessions[i].thread, NULL, run, &sessions[i]);
    }
    pthread_barrier_wait(&ready);
    uint64_t began = now_ns();
    deadline_ns = began + (uint64_t)(seconds * 1e9);
    pthread_barrier_wait(&go);
    static uint64_t histogram[BUCKETS];
    uint64_t operations = 0, errors = 0, flushes = 0, least = UINT64_MAX, most = 0;
    for (int i = 0; i < session_count; i++) {
        pthread_join(sessions[i].thread, NULL);
        operations += sessions[i].operations;
        if (sessions[i].operations < least) least = sessions[i].operations;
        if (sessions[i].operations > most) most = sessions[i].operations;
        errors += sessions[i].errors;
        flushes += sessions[i].flushes;
        for (int k = 0; k < BUCKETS; k++) histogram[k] += sessions[i].histogram[k];
    }
    double took = (double)(now_ns() - began) / 1e9;
    printf("operations=%llu seconds=%.2f iops=%.0f mbps=%.1f p50us=%llu p99us=%llu errors=%llu least=%llu most=%llu flushes=%llu\n",
           (unsigned long long)operations, took, (double)operations / took,
           (double)operations * block_bytes / took / 1e6, (unsigned long long)percentile(histogram, operations, 0.5),
           (unsigned long long)percentile(histogram, operations, 0.99), (unsigned long long)errors,
           (unsigned long long)least, (unsigned long long)most,
           (unsigned long long)flushes);
    return errors == 0 ? 0 : 1;
}
