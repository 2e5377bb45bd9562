package dev.firn.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;

/** What parquet-avro makes of a file. */
public final class AvroRecords {

    private AvroRecords() {}

    /** All records of a file on the disk. */
    public static List<GenericRecord> of(Path file) throws IOException {
        List<GenericRecord> records = new ArrayList<>();
        try (ParquetReader<GenericRecord> reader = AvroParquetReader.<GenericRecord>builder(
                        new LocalInputFile(file), new PlainParquetConfiguration())
                .withDataModel(GenericData.get())
                .withCodecFactory(new ZstdCodecs(1))
                .build()) {
            for (GenericRecord next = reader.read(); next != null; next = reader.read()) {
                records.add(next);
            }
        }
        return records;
    }
}
