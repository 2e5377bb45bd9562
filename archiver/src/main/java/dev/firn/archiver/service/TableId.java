package dev.firn.archiver.service;

import dev.firn.TableName;
import org.quartz.JobDataMap;
import org.quartz.JobKey;

/** Which table of which namespace a job is for. */
record TableId(String namespace, TableName table) {

    static final String ENUMERATIONS = "enumerate";

    private static final String NAMESPACE = "namespace";
    private static final String SCHEMA = "schema";
    private static final String TABLE = "table";

    static TableId of(JobDataMap data) {
        return new TableId(data.getString(NAMESPACE), new TableName(data.getString(SCHEMA), data.getString(TABLE)));
    }

    JobDataMap data() {
        JobDataMap data = new JobDataMap();
        data.put(NAMESPACE, namespace);
        data.put(SCHEMA, table.schema());
        data.put(TABLE, table.name());
        return data;
    }

    /** Of the job that looks for due chunks. */
    JobKey key() {
        return new JobKey(toString(), ENUMERATIONS);
    }

    /** Group of the jobs of its chunks. */
    String chunksGroup() {
        return "chunks " + this;
    }

    @Override
    public String toString() {
        return namespace + "/" + table;
    }
}
