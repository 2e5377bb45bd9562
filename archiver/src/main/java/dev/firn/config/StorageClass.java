package dev.firn.config;

import java.util.List;

/** Storage classes that answer a read at once. */
public enum StorageClass {
    STANDARD,
    STANDARD_IA,
    ONEZONE_IA,
    INTELLIGENT_TIERING,
    GLACIER_IR;

    private static final List<String> ASLEEP = List.of("GLACIER", "DEEP_ARCHIVE");

    static ValueType<StorageClass> type() {
        String description = "one of STANDARD, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR";
        return ValueType.ofText(description, text -> {
            if (ASLEEP.contains(text)) {
                throw new BadValue("what lies there must be restored for hours before it can be read or proven, and"
                        + " Athena skips it in silence: use GLACIER_IR");
            }
            for (StorageClass constant : values()) {
                if (constant.name().equals(text)) {
                    return constant;
                }
            }
            throw new BadValue("expects " + description);
        });
    }
}
