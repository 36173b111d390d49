package io.siaga.app

import android.app.Activity
import android.graphics.Bitmap
import android.graphics.Canvas
import android.view.View
import android.view.ViewGroup
import android.widget.ScrollView
import android.widget.TextView
import java.io.File
import java.io.FileOutputStream

/** A screen as it is drawn: a picture of it, and what is wrong with it for eyes, fingers and ears. */
class Drawn(private val activity: Activity) {
    private val content: ViewGroup = activity.findViewById(android.R.id.content)
    private val density = activity.resources.displayMetrics.density

    /** Writes a picture, the part below the fold included. */
    fun write(name: String) {
        val root = content.getChildAt(0)
        val whole = (root as? ScrollView)?.getChildAt(0) ?: root
        val bitmap = Bitmap.createBitmap(whole.width, maxOf(whole.height, root.height), Bitmap.Config.ARGB_8888)
        val canvas = Canvas(bitmap)
        canvas.drawColor(activity.getColor(R.color.page))
        whole.jumpDrawablesToCurrentState()
        whole.draw(canvas)
        val file = File(System.getProperty("siaga.root"), "target/screenshots/$name.png")
        file.parentFile?.mkdirs()
        FileOutputStream(file).use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    /** Everything that is wrong; nothing when nothing is. */
    fun faults(): List<String> = views(content).filter { it.isShown }.flatMap(::faults)

    private fun faults(view: View): List<String> {
        val name = "${view.javaClass.simpleName} ${(view as? TextView)?.text ?: view.contentDescription}"
        val touchable = view.isClickable && view !is ViewGroup
        return listOfNotNull(
            "$name: lower than 48 dp".takeIf { touchable && view.height < TOUCH_DP * density },
            "$name: narrower than 48 dp".takeIf { touchable && view.width < TOUCH_DP * density },
            "$name: outside the screen".takeIf { touchable && (view.left < 0 || view.right > (view.parent as View).width) },
            "$name: no words for a screen reader".takeIf { touchable && view.isMute() },
            "$name: cut".takeIf { view is TextView && view.isCut() },
            "$name: a word is broken".takeIf { view is TextView && view.breaksWord() },
        )
    }

    private fun View.isMute() =
        contentDescription.isNullOrBlank() &&
            (this as? TextView)?.text.isNullOrBlank() &&
            (this as? TextView)?.hint == null &&
            views(content).none { it.labelFor == id && it.isShown }

    private fun TextView.isCut(): Boolean {
        val layout = layout ?: return false
        val wide = (0 until layout.lineCount).any {
            layout.getLineMax(
                it,
            ) > width - compoundPaddingLeft - compoundPaddingRight + 1
        }
        val tall = layout.height > height - compoundPaddingTop - compoundPaddingBottom + 1
        val shortened = (0 until layout.lineCount).any { layout.getEllipsisCount(it) > 0 }
        return wide || tall || shortened
    }

    private fun TextView.breaksWord(): Boolean {
        val layout = layout ?: return false
        val ends = (0 until layout.lineCount - 1).map(layout::getLineEnd)
        return ends.any { end -> !text[end - 1].isWhitespace() && !text[end].isWhitespace() && text[end - 1] !in "-/" }
    }

    private fun views(view: View): List<View> =
        listOf(view) + if (view is ViewGroup) (0 until view.childCount).flatMap { views(view.getChildAt(it)) } else emptyList()

    private companion object {
        const val TOUCH_DP = 48
    }
}
