package io.siaga.planted

/** Breaks the style twice: a blank too many for ktlint, a number without a name for detekt. */
fun planted(text: String): Int {
    return  text.length * 4711
}
