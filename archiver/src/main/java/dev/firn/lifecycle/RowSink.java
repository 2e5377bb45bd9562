package dev.firn.lifecycle;

import dev.firn.types.RowBatch;

/** Where decoded rows go: an empty batch is taken, filled, and given. */
interface RowSink {

    /** An empty batch; null once the sink takes no more because it has failed. */
    RowBatch takeEmpty() throws InterruptedException;

    void give(RowBatch batch);
}
