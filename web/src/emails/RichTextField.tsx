import { RichTextEditor } from '@mantine/tiptap';
import '@mantine/tiptap/styles.css';
import { Extension, Mark, mergeAttributes, Node } from '@tiptap/core';
import { useEditor } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { useTranslation } from 'react-i18next';
import { TokenMenu } from '@/builder/content/TokenMenu';
import type { RichNode } from './model';
import { fromTiptap, toTiptap } from './richText';

/** A value of the customer, with what stands there without it. */
const Token = Node.create({
  name: 'token',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => ({ name: { default: '' }, fallback: { default: '' } }),
  parseHTML: () => [{ tag: 'span[data-token]' }],
  renderHTML: ({ HTMLAttributes, node }) => [
    'span',
    mergeAttributes({ 'data-token': HTMLAttributes.name, class: 'email-token' }),
    node.attrs.fallback ? `${node.attrs.name} | ${node.attrs.fallback}` : node.attrs.name,
  ],
});

const Color = Mark.create({
  name: 'color',
  addAttributes: () => ({ color: { default: null } }),
  renderHTML: ({ HTMLAttributes }) => ['span', { style: `color:${HTMLAttributes.color}` }, 0],
});

/** Kept as it was; set for the whole block in its form. */
const Align = Extension.create({
  name: 'align',
  addGlobalAttributes: () => [{ types: ['paragraph', 'heading'], attributes: { align: { default: null } } }],
});

const TOKEN = /^\{\{ ([^|}]+?) (?:\| default: (?:'([^']*)'|"([^"]*)") )?\}\}$/;

type Props = { label: string; value: RichNode; onChange: (value: RichNode) => void };

export function RichTextField({ label, value, onChange }: Props) {
  const { t } = useTranslation('emails');
  const editor = useEditor({
    extensions: [
      StarterKit.configure({
        heading: { levels: [1, 2, 3] },
        link: { openOnClick: false },
        blockquote: false,
        code: false,
        codeBlock: false,
        horizontalRule: false,
        trailingNode: false,
      }),
      Token,
      Color,
      Align,
    ],
    content: toTiptap(value),
    editorProps: { attributes: { 'aria-label': label, role: 'textbox', 'aria-multiline': 'true' } },
    onUpdate: ({ editor: changed }) => onChange(fromTiptap(changed.getJSON())),
  });
  function insert(token: string) {
    const [, name, single, double] = TOKEN.exec(token) ?? [];
    if (name)
      editor
        ?.chain()
        .focus()
        .insertContent({ type: 'token', attrs: { name, fallback: single ?? double ?? '' } })
        .run();
  }
  return (
    <RichTextEditor editor={editor} className="email-rich">
      <RichTextEditor.Toolbar>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Bold />
          <RichTextEditor.Italic />
          <RichTextEditor.Underline />
          <RichTextEditor.Link />
        </RichTextEditor.ControlsGroup>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.H1 />
          <RichTextEditor.H2 />
          <RichTextEditor.H3 />
          <RichTextEditor.BulletList />
          <RichTextEditor.OrderedList />
        </RichTextEditor.ControlsGroup>
        <TokenMenu field={t('kind.text')} choose={insert} />
      </RichTextEditor.Toolbar>
      <RichTextEditor.Content />
    </RichTextEditor>
  );
}
