export function pack(folder: string): Promise<Uint8Array<ArrayBuffer>>;
