// A phone's photograph is made smaller before it is sent; the day it was taken, which its EXIF part tells, goes with it.
"use strict";

const photos = {
  LONGEST: 2048, // pixels: small print on a notice can still be read
  ENOUGH: 1024 * 1024, // bytes that are sent as they are
  HEAD: 256 * 1024, // bytes in which the EXIF part lies
  ORIENTATION: 0x0112,

  /** The file to send: the same one, unless it is a big photograph on a phone that could be drawn smaller. */
  async smaller(file) {
    if (file.type !== "image/jpeg" || file.size <= photos.ENOUGH || !window.matchMedia("(pointer: coarse)").matches) return file;
    const drawn = await photos.draw(file);
    if (!drawn || drawn.size >= file.size) return file;
    const told = photos.exif(await file.slice(0, photos.HEAD).arrayBuffer());
    return new File([drawn.slice(0, 2), ...told, drawn.slice(2)], file.name, { type: file.type, lastModified: file.lastModified });
  },

  /** The picture, upright, as a JPEG of at most LONGEST pixels; null where the browser cannot read it. */
  async draw(file) {
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    try {
      await picture.decode();
    } catch (unreadable) {
      return null;
    } finally {
      URL.revokeObjectURL(picture.src);
    }
    const share = Math.min(1, photos.LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * share);
    canvas.height = Math.round(picture.naturalHeight * share);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  },

  /** The EXIF part of a JPEG in a list, said to be upright; an empty list when there is none. */
  exif(buffer) {
    const bytes = new DataView(buffer);
    for (let at = 2; at + 10 < bytes.byteLength && bytes.getUint8(at) === 0xff; at += 2 + bytes.getUint16(at + 2)) {
      const end = at + 2 + bytes.getUint16(at + 2);
      const isExif = bytes.getUint16(at) === 0xffe1 && bytes.getUint32(at + 4) === 0x45786966; // "Exif"
      if (isExif && end <= bytes.byteLength) return photos.upright(buffer.slice(at, end));
    }
    return [];
  },

  /** The part with its orientation, a number of the first list of the TIFF data in it, made 1: upright. */
  upright(part) {
    const bytes = new DataView(part, 10);
    const small = bytes.getUint16(0) === 0x4949;
    const list = bytes.getUint32(4, small);
    for (let entry = 0; entry < bytes.getUint16(list, small); entry += 1) {
      const at = list + 2 + 12 * entry;
      if (bytes.getUint16(at, small) === photos.ORIENTATION) bytes.setUint16(at + 8, 1, small);
    }
    return [part];
  },
};
