package dev.firn.store;

/** Where a store is and how to use it. {@link Stores#open} makes a store of it. */
public sealed interface StoreSettings permits S3Settings, DirectorySettings {

    /** For messages: the URL of the location, without secrets. */
    String url();

    /** The largest object that can be both written and copied under these settings; a target file size must stay below. */
    long largestObjectBytes();
}
