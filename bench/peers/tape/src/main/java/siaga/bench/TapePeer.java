package siaga.bench;

import com.squareup.tape2.QueueFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;

/**
 * Tape's QueueFile as it comes: synchronous writes ("rwd"). Reads lines "COUNT PAUSE_US" and answers each with a line of
 * 2 × COUNT durations in nanoseconds: an add, a remove, an add, … One item more is always in the queue.
 */
public final class TapePeer {
    private TapePeer() {
    }

    /** Arguments: a folder, and a file with the payload. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        File file = new File(arguments[0], "queue.tape");
        byte[] payload = Files.readAllBytes(Path.of(arguments[1]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (QueueFile queue = new QueueFile.Builder(file).build()) {
            queue.add(payload);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                System.out.println(turn(queue, payload, Integer.parseInt(words[0]), Long.parseLong(words[1])));
            }
        }
    }

    private static String turn(QueueFile queue, byte[] payload, int count, long pauseUs)
            throws IOException, InterruptedException {
        StringJoiner durations = new StringJoiner(" ");
        for (int sample = 0; sample < count; sample++) {
            pause(pauseUs);
            long begun = System.nanoTime();
            queue.add(payload);
            durations.add(Long.toString(System.nanoTime() - begun));
            pause(pauseUs);
            begun = System.nanoTime();
            queue.remove();
            durations.add(Long.toString(System.nanoTime() - begun));
        }
        return durations.toString();
    }

    private static void pause(long pauseUs) throws InterruptedException {
        Thread.sleep(pauseUs / 1000, (int) (pauseUs % 1000) * 1000);
    }
}
