package org.isobar.api.recording;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Records the accesses of volumes into files, which a restart keeps. Any thread but a lane's may call; failures are
 * {@link org.isobar.api.StorageException}, thrown or ending the stage.
 */
public interface RecordingService {
    /** All recordings that there are files of, newest first. */
    List<RecordingInfo> recordings();

    /**
     * Starts a recording.
     *
     * @return ends as NOT_FOUND for a volume that is not there, as CONFLICT when it is recorded already or there are too many
     *     recordings, as IO when the file cannot be made
     */
    CompletionStage<RecordingInfo> start(RecordingSpec spec);

    /** Ends a recording; its file stays. Harmless when it has ended. NOT_FOUND when there is none. */
    CompletionStage<RecordingInfo> stop(int id);

    /** Ends a recording and deletes its file. NOT_FOUND when there is none. */
    CompletionStage<Void> delete(int id);

    /**
     * Writes the accesses as text: a line {@code time_us,op,page,block,blocks}, then one such line for each access, in the
     * order of time within some milliseconds. Times count from the start of the recording, blocks have 512 bytes and count from
     * the start of the volume, {@code op} is {@code read}, {@code write} or {@code zero}. On the caller's thread; of a recording
     * that goes on, what is in the file so far. NOT_FOUND when there is none, IO when the file cannot be read.
     *
     * @throws IOException when {@code to} cannot be written
     */
    void export(int id, OutputStream to) throws IOException;
}
