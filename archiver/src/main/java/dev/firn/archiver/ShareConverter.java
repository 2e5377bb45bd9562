package dev.firn.archiver;

import dev.firn.config.Share;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 1/30} or {@code 3%} on a command line. */
final class ShareConverter implements ITypeConverter<Share> {

    @Override
    public Share convert(String text) {
        try {
            return Share.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'%s' is no share: give one such as 1/30 or 3%%, more than nothing and at most 100%%"
                            .formatted(text));
        }
    }
}
