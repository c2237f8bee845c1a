import type { FileView } from '#protocol/files.ts';
import { problem } from '../core/problem.ts';

export interface UploadRequest {
  url: string;
  token: string;
  file: File;
  /** From 0 to 1. */
  onProgress(progress: number): void;
  signal: AbortSignal;
}

/** Sends a file's bytes; by XMLHttpRequest, which alone tells how far it is. */
export function upload({ url, token, file, onProgress, signal }: UploadRequest): Promise<FileView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onloadend = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as FileView);
      else reject(problem(request.status, request.responseText));
    };
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
