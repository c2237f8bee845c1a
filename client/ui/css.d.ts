declare module '*.css?inline' {
  const css: string;
  // biome-ignore lint/style/noDefaultExport: Vite gives it so
  export default css;
}
declare module '*.css';
