package io.siaga.shrunk;

import static android.os.Looper.getMainLooper;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.os.SystemClock;
import android.view.MotionEvent;
import android.view.ViewGroup;
import android.widget.Button;
import java.util.concurrent.TimeUnit;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;

/** Knows the sample by the name that Android knows it by, and sees what a citizen sees. */
@RunWith(RobolectricTestRunner.class)
public class ShrunkSampleTest {
    /** Longer than anything here takes: what has not come by then never will. */
    private static final long GIVE_UP_S = 60;

    @Test
    public void presses_of_the_shrunk_sample_are_an_sos() throws ReflectiveOperationException {
        Class<? extends Activity> sample = Class.forName("io.siaga.sample.SampleActivity").asSubclass(Activity.class);
        Activity activity = Robolectric.buildActivity(sample).setup().get();
        Button button = (Button) ((ViewGroup) activity.findViewById(android.R.id.content)).getChildAt(0);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVE_UP_S);
        // A press too soon after the last one does not count, so there may be more than three.
        while (!button.getText().toString().equals("RECORDED")) {
            assertTrue("the button says " + button.getText(), System.nanoTime() < until);
            touch(button, MotionEvent.ACTION_DOWN);
            touch(button, MotionEvent.ACTION_UP);
            shadowOf(getMainLooper()).idle();
        }
    }

    private static void touch(Button button, int action) {
        long now = SystemClock.uptimeMillis();
        MotionEvent touch = MotionEvent.obtain(now, now, action, 1, 1, 0);
        button.dispatchTouchEvent(touch);
        touch.recycle();
    }
}
