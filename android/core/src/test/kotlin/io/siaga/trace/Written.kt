package io.siaga.trace

import io.siaga.engine.MediaType
import org.json.JSONArray
import org.json.JSONObject
import java.lang.reflect.Field
import java.lang.reflect.Modifier
import java.util.Base64

/** Types that serde writes with the variant's name as a field of this name. */
private val TAGS = mapOf("PressAnswer" to "press", "Failure" to "failure")

/** Types whose names serde writes with hyphens. */
private val HYPHENATED = setOf("ProblemType")

/** Serde writes what a file is as the internet names it. */
private val MEDIA_TYPES =
    mapOf(
        MediaType.JPEG to "image/jpeg",
        MediaType.PNG to "image/png",
        MediaType.HEIC to "image/heic",
        MediaType.WEBP to "image/webp",
        MediaType.MP4 to "video/mp4",
        MediaType.QUICK_TIME to "video/quicktime",
        MediaType.THREE_GP to "video/3gpp",
        MediaType.WEB_M to "video/webm",
        MediaType.M4A to "audio/mp4",
        MediaType.AAC to "audio/aac",
        MediaType.THREE_GP_SOUND to "audio/3gpp",
        MediaType.WEB_M_SOUND to "audio/webm",
        MediaType.AMR to "audio/amr",
        MediaType.OGG to "audio/ogg",
        MediaType.WAV to "audio/wav",
    )

private val HUMP = Regex("(?<=[a-z0-9])[A-Z]")

/**
 * A value of the generated code as JSON, as serde writes it: one function for all types, by their fields. What it says is
 * compared with what Rust says, so that a field that is lost or changed on its way is seen.
 */
fun written(value: Any?): Any =
    when (value) {
        null, Unit -> JSONObject.NULL
        is Boolean, is String, is Double, is Long -> value
        is ULong -> value.toLong()
        is UInt -> value.toLong()
        is UShort -> value.toInt()
        is UByte -> value.toInt()
        is ByteArray -> Base64.getEncoder().encodeToString(value)
        is List<*> -> JSONArray(value.map(::written))
        is Map<*, *> -> JSONObject(value.mapValues { written(it.value) })
        is MediaType -> MEDIA_TYPES.getValue(value)
        is Enum<*> -> variant(value.declaringJavaClass, value.name.lowercase(), emptyMap())
        else -> writtenFields(value)
    }

/** A record stands alone, a variant below its enum. */
private fun writtenFields(value: Any): Any {
    val parent = value.javaClass.superclass
    if (parent == Any::class.java) return JSONObject(fields(value))
    return variant(parent, snake(value.javaClass.simpleName), fields(value))
}

/** `NoReply` and `noReply` are `no_reply`. */
fun snake(name: String): String = name.replace(HUMP) { "_" + it.value }.lowercase()

/** What has no name in Rust is called `v1` here. */
private fun variant(type: Class<*>, name: String, fields: Map<String, Any>): Any {
    val word = if (type.simpleName in HYPHENATED) name.replace('_', '-') else name
    val tag = TAGS[type.simpleName]
    return when {
        tag != null -> JSONObject(fields + (tag to word))
        fields.isEmpty() -> word
        fields.keys == setOf("v1") -> JSONObject(mapOf(word to fields["v1"]))
        else -> JSONObject(mapOf(word to JSONObject(fields)))
    }
}

private fun fields(value: Any): Map<String, Any> =
    value.javaClass.declaredFields
        .filterNot { Modifier.isStatic(it.modifiers) || it.isSynthetic }
        .associate { snake(it.name) to written(found(it, value)) }

/** In the generated code a short primitive stands for an unsigned number, which the JVM does not know. */
private fun found(field: Field, value: Any): Any? {
    field.isAccessible = true
    return when (field.type) {
        Integer.TYPE -> field.getInt(value).toUInt()
        java.lang.Short.TYPE -> field.getShort(value).toUShort()
        java.lang.Byte.TYPE -> field.getByte(value).toUByte()
        else -> field.get(value)
    }
}
