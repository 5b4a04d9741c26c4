// A .vsix is a zip that says by two files of XML what is in it: the same bytes for the same files, whenever it is made.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";

/** What an editor gets, below extension/ of the package, by where it is in the folder. */
const contents = {
  "package.json": "package.json",
  "readme.md": "README.md",
  "changelog.md": "CHANGELOG.md",
  "LICENSE.txt": "../../LICENSE",
  "language-configuration.json": "language-configuration.json",
  "syntaxes/cfnpipe.tmLanguage.json": "syntaxes/cfnpipe.tmLanguage.json",
  "snippets/cfnpipe.json": "snippets/cfnpipe.json",
  "images/icon.png": "images/icon.png",
  "dist/extension.js": "dist/extension.js",
  "dist/graph.js": "dist/graph.js",
  "dist/NOTICE.txt": "dist/NOTICE.txt",
};

/** The bytes of the package that the files of a folder make. */
export async function pack(folder) {
  const read = (name) => readFile(join(folder, name));
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = {
    "[Content_Types].xml": strToU8(contentTypes(Object.keys(contents))),
    "extension.vsixmanifest": strToU8(vsixManifest(manifest)),
  };
  for (const [name, source] of Object.entries(contents)) {
    files[`extension/${name}`] = await read(source);
  }
  return zipSync(files, { level: 9, mtime: new Date(1980, 0, 1), os: 3 });
}

const types = { json: "application/json", js: "application/javascript", md: "text/markdown", txt: "text/plain", png: "image/png", vsixmanifest: "text/xml" };

function contentTypes(names) {
  const endings = new Set([...names.map((name) => name.slice(name.lastIndexOf(".") + 1)), "vsixmanifest"]);
  const rows = [...endings].sort().map((ending) => `<Default Extension=".${ending}" ContentType="${types[ending]}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${rows.join("")}</Types>
`;
}

function vsixManifest(manifest) {
  const { name, publisher, version, displayName, description, keywords, categories, engines, repository, extensionKind } = manifest;
  const text = (value) => value.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const property = (id, value) => `<Property Id="Microsoft.VisualStudio.${id}" Value="${text(value)}"/>`;
  const asset = (type, path) => `<Asset Type="Microsoft.VisualStudio.${type}" Path="extension/${path}" Addressable="true"/>`;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id="${text(name)}" Version="${text(version)}" Publisher="${text(publisher)}"/>
    <DisplayName>${text(displayName)}</DisplayName>
    <Description xml:space="preserve">${text(description)}</Description>
    <Tags>${text(keywords.join(","))}</Tags>
    <Categories>${text(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      ${property("Code.Engine", engines.vscode)}
      ${property("Code.ExtensionDependencies", "")}
      ${property("Code.ExtensionPack", "")}
      ${property("Code.ExtensionKind", extensionKind.join(","))}
      ${property("Code.LocalizedLanguages", "")}
      ${property("Services.Links.Source", repository.url)}
      ${property("Services.GitHubFlavoredMarkdown", "true")}
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/images/icon.png</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
    ${asset("Code.Manifest", "package.json")}
    ${asset("Services.Content.Details", "readme.md")}
    ${asset("Services.Content.Changelog", "changelog.md")}
    ${asset("Services.Content.License", "LICENSE.txt")}
    ${asset("Services.Icons.Default", "images/icon.png")}
  </Assets>
</PackageManifest>
`;
}
