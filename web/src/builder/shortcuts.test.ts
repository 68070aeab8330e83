import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { copy } from './graph/clipboard';
import { draw } from './graph/fixtures';
import { isForCanvas, letterOf, listenToClipboard } from './shortcuts';
import type { EditorStore } from './store';

describe('the letter of a key', () => {
  it.each([
    ['z', 'KeyZ', 'z'],
    ['Z', 'KeyZ', 'z'],
    ['z', 'KeyY', 'z'], // a German keyboard
    ['я', 'KeyZ', 'z'], // Russian
    ['ζ', 'KeyZ', 'z'], // Greek
    ['ז', 'KeyZ', 'z'], // Hebrew
    ['Delete', 'Delete', 'delete'],
    ['ArrowUp', 'ArrowUp', 'arrowup'],
    ['ñ', 'Semicolon', 'ñ'],
  ])('%s on %s is %s', (key, code, letter) => expect(letterOf({ key, code })).toBe(letter));
});

/** A place of the page: which selectors hold for it or for what is around it. */
class Place {
  constructor(readonly is: string) {}
  closest(selectors: string) {
    return this.is !== '' && selectors.split(', ').includes(this.is) ? this : null;
  }
  querySelector() {
    return null;
  }
}

const CANVAS = new Place('.builder-canvas');
const PANEL = new Place('');
const FIELD = new Place('textarea');
const flow = draw({ a: 'entry', b: 'send_push', c: 'end' }, 'a>b', 'b>c');
const STEPS = JSON.stringify(copy(flow, ['b']));
const page = Object.assign(new EventTarget(), {
  body: PANEL,
  marked: false,
  getSelection: () => ({ isCollapsed: !page.marked }),
  querySelectorAll: () => [],
});

describe('the clipboard', () => {
  const edit = vi.fn();
  const state = { history: { present: flow }, selected: new Set(['b']), readOnly: false, edit, select: vi.fn() };
  let unlisten = () => {};

  /** The browser's event at a place; what it put into the clipboard, and whether the browser does its own. */
  function clipboard(type: string, target: Place, text = '') {
    const setData = vi.fn();
    const event = new Event(type, { cancelable: true });
    Object.defineProperty(event, 'target', { value: target });
    Object.assign(event, { clipboardData: { setData, getData: () => text } });
    page.dispatchEvent(event);
    return { put: setData.mock.calls[0]?.[1], browsers: !event.defaultPrevented };
  }

  beforeEach(() => {
    vi.stubGlobal('Element', Place);
    vi.stubGlobal('document', page);
    page.marked = false;
    edit.mockClear();
    unlisten = listenToClipboard({ getState: () => state } as unknown as EditorStore);
  });
  afterEach(() => {
    unlisten();
    vi.unstubAllGlobals();
  });

  it('takes the steps that are selected on the canvas', () => {
    expect(clipboard('copy', CANVAS)).toEqual({ put: STEPS, browsers: false });
  });
  it.each([PANEL, FIELD, CANVAS])('leaves marked text to the browser, wherever it is', (place) => {
    page.marked = true;
    expect(clipboard('copy', place)).toEqual({ put: undefined, browsers: true });
    expect(clipboard('cut', place)).toEqual({ put: undefined, browsers: true });
    expect(edit).not.toHaveBeenCalled();
  });
  it('puts copied steps in', () => {
    expect(clipboard('paste', CANVAS, STEPS).browsers).toBe(false);
    expect(edit).toHaveBeenCalledOnce();
  });
  it.each([
    [CANVAS, 'a text that was copied elsewhere, later than steps'],
    [FIELD, STEPS],
    [PANEL, 'https://shop.example'],
  ])('leaves other text, and fields, to the browser', (place, text) => {
    expect(clipboard('paste', place, text).browsers).toBe(true);
    expect(edit).not.toHaveBeenCalled();
  });
});

describe('keys of the canvas', () => {
  const key = (target: Place, given: Partial<KeyboardEvent>) =>
    isForCanvas({ target, key: 'a', code: 'KeyA', ctrlKey: false, metaKey: false, altKey: false, ...given } as never);

  beforeEach(() => {
    vi.stubGlobal('Element', Place);
    vi.stubGlobal('document', page);
  });
  afterEach(() => vi.unstubAllGlobals());

  it('takes letters on the canvas', () => expect(key(CANVAS, {})).toBe(true));
  it.each(['a', 'd', 'f', 'z', 'я', 'Delete'])('leaves Alt and %s to the browser and its menus', (letter) => {
    expect(key(CANVAS, { key: letter, altKey: true })).toBe(false);
    expect(key(CANVAS, { key: letter, altKey: true, ctrlKey: true })).toBe(false); // AltGr
  });
  it('leaves keys in a field to it, Ctrl and Z too', () => {
    expect(key(FIELD, {})).toBe(false);
    expect(key(FIELD, { key: 'z', ctrlKey: true })).toBe(false);
  });
  it('undoes from anywhere else by the place of the key', () => {
    expect(key(PANEL, { key: 'я', code: 'KeyZ', ctrlKey: true })).toBe(true);
    expect(key(PANEL, { key: 'c', code: 'KeyC', ctrlKey: true })).toBe(false);
  });
});
