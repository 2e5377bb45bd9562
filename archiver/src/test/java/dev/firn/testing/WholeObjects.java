package dev.firn.testing;

import java.util.List;
import java.util.regex.Pattern;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What s3proxy's stores hold, without what is still being written: beside the object they keep a file named after it
 * and a UUID, and a listing at that moment shows both. S3 shows an object when it is whole, or not at all.
 */
final class WholeObjects extends ForwardingBlobStore {

    private static final Pattern BEING_WRITTEN =
            Pattern.compile(".+-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    WholeObjects(BlobStore blobs) {
        super(blobs);
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        ListObjectsV2Response listed = super.list(request);
        List<S3Object> whole = listed.contents().stream()
                .filter(object -> !BEING_WRITTEN.matcher(object.key()).matches())
                .toList();
        int hidden = listed.contents().size() - whole.size();
        return hidden == 0
                ? listed
                : listed.toBuilder()
                        .contents(whole)
                        .keyCount(listed.keyCount() == null ? null : listed.keyCount() - hidden)
                        .build();
    }
}
