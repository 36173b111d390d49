plugins {
    alias(libs.plugins.android.library)
    alias(libs.plugins.kotlin.android)
}

android {
    // What `cargo xtask bindings` and `cargo xtask android` make.
    sourceSets["main"].kotlin.srcDir("../../target/bindings/kotlin")
    sourceSets["main"].jniLibs.srcDir("../../target/android/jni")
}

dependencies {
    api(libs.jna) {
        artifact {
            type = "aar"
        }
    }
    testImplementation(libs.jna)
}
