import type { CV } from '../page/CV.ts';

type CvWindow = Window & { CV?: CV; CVLoaded?: true | (() => void) };

/** Loads the site's widget script, as every page does; rejects if there is no such site. */
export function loadCV(site: string): Promise<CV> {
  const page = window as CvWindow;
  return new Promise((resolve, reject) => {
    const ready = () => resolve(page.CV as CV);
    if (page.CVLoaded === true) return ready();
    page.CVLoaded = ready;
    const script = document.createElement('script');
    script.src = `/cdn/js/${encodeURIComponent(site)}.js`;
    script.onerror = () => {
      script.remove();
      reject(new Error(`the script of site ${site} could not be loaded`));
    };
    document.head.append(script);
  });
}
