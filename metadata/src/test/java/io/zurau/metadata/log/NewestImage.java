package io.zurau.metadata.log;

import io.zurau.metadata.TestRecords;
import io.zurau.metadata.image.ClusterImage;
import java.util.function.Consumer;

/// A subscriber that keeps the image that it was told last.
public final class NewestImage implements Consumer<ClusterImage> {
    private volatile ClusterImage image = ClusterImage.empty(TestRecords.CLUSTER);

    public static ClusterImage of(MetadataLog log) {
        NewestImage newest = new NewestImage();
        log.subscribe(newest);
        return newest.image();
    }

    @Override
    public void accept(ClusterImage newer) {
        image = newer;
    }

    public ClusterImage image() {
        return image;
    }
}
