// The compiler cannot find it in dist, which it has yet to write.
declare module '#routerLinks' {
  export const routerLinks: import('./routerLinks.ts').RouterLinks
}
