plugins {
    alias(libs.plugins.android.library)
    alias(libs.plugins.kotlin.android)
}

kotlin {
    explicitApi()
}

dependencies {
    api(project(":sdk"))
    testImplementation(libs.jna)
}
