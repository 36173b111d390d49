//! What Maven and Gradle read about an artefact.

use super::VERSION;

/// Another artefact that one needs.
pub(super) struct Dependency {
    /// `group:name`.
    coordinates: &'static str,
    version: String,
    kind: &'static str,
}

impl Dependency {
    /// One that is needed wherever the artefact is. `kind` is the type of its file.
    pub(super) fn of(coordinates: &'static str, version: &str, kind: &'static str) -> Self {
        Self { coordinates, version: version.to_owned(), kind }
    }

    fn text(&self) -> String {
        let (group, name) = self.coordinates.split_once(':').unwrap_or((self.coordinates, ""));
        let kind = if self.kind == "jar" { String::new() } else { format!("\n      <type>{}</type>", self.kind) };
        format!(
            "    <dependency>
      <groupId>{group}</groupId>
      <artifactId>{name}</artifactId>
      <version>{}</version>{kind}
      <scope>compile</scope>
    </dependency>
",
            self.version
        )
    }
}

/// The text of an artefact's POM. `kind` is the type of its main file.
pub(super) fn text(name: &str, description: &str, kind: &str, dependencies: &[Dependency]) -> String {
    let dependencies: String = dependencies.iter().map(Dependency::text).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.siaga</groupId>
  <artifactId>{name}</artifactId>
  <version>{VERSION}</version>
  <packaging>{kind}</packaging>
  <name>{name}</name>
  <description>{description}</description>
  <licenses>
    <license>
      <name>Apache-2.0</name>
      <url>https://www.apache.org/licenses/LICENSE-2.0.txt</url>
    </license>
    <license>
      <name>MIT</name>
      <url>https://opensource.org/license/mit</url>
    </license>
  </licenses>
  <dependencies>
{dependencies}  </dependencies>
</project>
"#
    )
}
