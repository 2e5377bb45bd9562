package dev.firn.store;

import dev.firn.store.S3Settings.Checksums;
import dev.firn.store.S3Settings.Encryption;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Requests that write, with what the settings say of encryption, storage class and checksums. */
final class S3Requests {

    /** Metadata that tells whose write an object is. */
    static final String WRITE_TOKEN = "firn-write";

    private static final String BYTES = "application/octet-stream";

    private final S3Settings settings;
    private final boolean checksums;

    S3Requests(S3Settings settings) {
        this.settings = settings;
        this.checksums = settings.writing().checksums() == Checksums.WHEN_SUPPORTED;
    }

    boolean checksums() {
        return checksums;
    }

    PutObjectRequest.Builder put(String key, Map<String, String> metadata, byte[] bytes, int length) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(settings.bucket())
                .key(settings.inBucket(key))
                .metadata(metadata)
                .contentType(BYTES);
        if (checksums) {
            request.checksumCRC32(crc32(bytes, length));
        } else {
            request.contentMD5(md5(bytes, length));
        }
        settings.writing().storageClass().ifPresent(request::storageClass);
        Encryption encryption = settings.writing().encryption();
        if (encryption instanceof Encryption.S3Managed) {
            request.serverSideEncryption(ServerSideEncryption.AES256);
        } else if (encryption instanceof Encryption.Kms kms) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(keyId(kms));
        }
        return request;
    }

    CreateMultipartUploadRequest createUpload(String key, String token) {
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(settings.bucket())
                .key(settings.inBucket(key))
                .metadata(Map.of(WRITE_TOKEN, token))
                .contentType(BYTES);
        if (checksums) {
            request.checksumAlgorithm(ChecksumAlgorithm.CRC32).checksumType(ChecksumType.FULL_OBJECT);
        }
        settings.writing().storageClass().ifPresent(request::storageClass);
        Encryption encryption = settings.writing().encryption();
        if (encryption instanceof Encryption.S3Managed) {
            request.serverSideEncryption(ServerSideEncryption.AES256);
        } else if (encryption instanceof Encryption.Kms kms) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(keyId(kms));
        }
        return request.build();
    }

    UploadPartRequest part(String key, String uploadId, int number, byte[] bytes, int length) {
        UploadPartRequest.Builder request = UploadPartRequest.builder()
                .bucket(settings.bucket())
                .key(settings.inBucket(key))
                .uploadId(uploadId)
                .partNumber(number)
                .contentLength((long) length);
        if (checksums) {
            request.checksumCRC32(crc32(bytes, length));
        } else {
            request.contentMD5(md5(bytes, length));
        }
        return request.build();
    }

    /** With the checksum that S3 computes over the target as it copies; what the source's parts were does not matter. */
    CopyObjectRequest.Builder copy(String from, String to) {
        CopyObjectRequest.Builder request = CopyObjectRequest.builder()
                .sourceBucket(settings.bucket())
                .sourceKey(settings.inBucket(from))
                .destinationBucket(settings.bucket())
                .destinationKey(settings.inBucket(to))
                .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                .overrideConfiguration(
                        one -> one.apiCallAttemptTimeout(settings.patience().longRequestTimeout()));
        settings.writing().storageClass().ifPresent(request::storageClass);
        Encryption encryption = settings.writing().encryption();
        if (encryption instanceof Encryption.S3Managed) {
            request.serverSideEncryption(ServerSideEncryption.AES256);
        } else if (encryption instanceof Encryption.Kms kms) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(keyId(kms));
        }
        return request;
    }

    /** The bytes themselves, not a copy of them. */
    static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(() -> new ByteArrayInputStream(bytes, 0, length), length, BYTES);
    }

    static String crc32(int value) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    private static String crc32(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return crc32((int) crc.getValue());
    }

    private static String md5(byte[] bytes, int length) {
        MessageDigest digest = ContentDigest.messageDigest("MD5");
        digest.update(bytes, 0, length);
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    private static String keyId(Encryption.Kms kms) {
        return kms.keyId().isEmpty() ? null : kms.keyId();
    }
}
