import type { LocalLocation, LocationUpload } from '../../estimator/upload/uploader.ts';
import { sizeText } from '../../log/transfer-progress.ts';
import type { RunView } from '../view/run-view.ts';

/** Shows the uploads of a job, which run at the same time, as one. */
export function uploadProgress(view: RunView, uploads: readonly LocationUpload[], totalBytes: number) {
  const done = new Map<LocalLocation, number>();
  const what = `uploading ${uploads.map(({ location }) => location.name).join(', ')}`;
  return (location: LocalLocation, doneBytes: number): void => {
    done.set(location, doneBytes);
    const doneOfAll = [...done.values()].reduce((sum, bytes) => sum + bytes, 0);
    void view.show({ type: 'progress', what, doneBytes: doneOfAll, totalBytes });
  };
}

/** One line about an upload: what was sent, or would be. */
export function uploadLine({ location, uri, present, copied, sent }: LocationUpload, verb: string): string {
  const parts = [
    `${counted(sent)} ${verb}`,
    ...(copied.files > 0 ? [`${counted(copied)} copied within S3`] : []),
    ...(present.files > 0 ? [`${counted(present)} there already`] : []),
  ];
  return `  ${location.name}: ${location.path} -> ${uri} (${parts.join(', ')})`;
}

function counted({ files, bytes }: LocationUpload['sent']): string {
  return files === 0 ? 'nothing' : `${files} ${files === 1 ? 'file' : 'files'} of ${sizeText(bytes)}`;
}
