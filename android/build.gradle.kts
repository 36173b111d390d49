import com.android.build.gradle.BaseExtension
import org.jetbrains.kotlin.gradle.dsl.JvmTarget
import org.jetbrains.kotlin.gradle.tasks.KotlinJvmCompile

plugins {
    alias(libs.plugins.android.application) apply false
    alias(libs.plugins.android.library) apply false
    alias(libs.plugins.kotlin.android) apply false
}

subprojects {
    group = "io.siaga"
    version = "0.1.0"

    plugins.withId("com.android.base") {
        extensions.configure<BaseExtension> {
            namespace = "io.siaga.${project.name}"
            compileSdkVersion(rootProject.libs.versions.compileSdk.get().toInt())
            defaultConfig {
                minSdk = rootProject.libs.versions.minSdk.get().toInt()
                targetSdk = rootProject.libs.versions.targetSdk.get().toInt()
            }
            compileOptions {
                sourceCompatibility = JavaVersion.toVersion(rootProject.libs.versions.jvm.get())
                targetCompatibility = JavaVersion.toVersion(rootProject.libs.versions.jvm.get())
            }
            testOptions {
                unitTests.isIncludeAndroidResources = true
                unitTests.all {
                    it.systemProperty("siaga.root", rootProject.file("..").path)
                    it.systemProperty("siaga.native", rootProject.file("../target/debug").path)
                    it.systemProperty("jna.library.path", rootProject.file("../target/debug").path)
                }
            }
        }
        dependencies {
            "testImplementation"(rootProject.libs.junit)
            "testImplementation"(rootProject.libs.robolectric)
        }
    }

    tasks.withType<KotlinJvmCompile>().configureEach {
        compilerOptions {
            jvmTarget = JvmTarget.fromTarget(rootProject.libs.versions.jvm.get())
            // The generated code is not ours to rid of warnings.
            allWarningsAsErrors = project.name != "core"
        }
    }
}
