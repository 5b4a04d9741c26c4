/**
 * An SVG as it looks in a dark or a light theme. A picture in a page asks the operating system whether it is dark, and not
 * the editor: so its question is answered here.
 */
export function inTheme(svg: string, dark: boolean): string {
  return svg
    .replace(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/g, dark ? "all" : "not all")
    .replace(/\(\s*prefers-color-scheme\s*:\s*light\s*\)/g, dark ? "not all" : "all");
}
