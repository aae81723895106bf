/** A small JSON editor. Its styles are in a shadow root, because the page's policy allows no style elements. */
import { Validator } from '@cfworker/json-schema';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { Annotation, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { limitProblem, type JsonLimits, type JsonSchema } from './json-schemas';

export interface JsonEditorProps {
  readonly value: string;
  readonly label: string;
  readonly schema: JsonSchema;
  readonly limits: JsonLimits | null;
  readonly onChange: (text: string) => void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--json-name)' },
  { tag: tags.string, color: 'var(--json-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--json-value)' },
]);

const THEME = EditorView.theme({
  '&': { backgroundColor: 'var(--field)', color: 'var(--text)', fontSize: '13px', borderRadius: '6px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '1px' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--text)', minHeight: '5rem' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: 'none' },
  '.cm-scroller': { maxHeight: '24rem', overflow: 'auto' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--selection)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--text)', border: '1px solid var(--line)' },
});

/** Marks a change of the text by the form, which already knows it. */
const byForm = Annotation.define<true>();

/** The problems of a JSON text other than its syntax, a sentence each. */
export function jsonProblems(text: string, schema: JsonSchema, limits: JsonLimits | null): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return text.trim() === '' ? [] : [`Not JSON yet: ${error instanceof Error ? error.message : ''}`];
  }
  const beyond = limits === null ? null : limitProblem(value, limits);
  const { errors } = new Validator(schema, '2020-12', false).validate(value);
  const messages = errors
    .filter(({ keyword }) => keyword !== 'properties' && keyword !== 'items')
    .map(
      ({ instanceLocation, error }) =>
        `${instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.') || 'It'}: ${error}`,
    );
  return beyond === null ? messages : [beyond, ...messages];
}

export function JsonEditor({ value, label, schema, limits, onChange }: JsonEditorProps) {
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const report = useRef(onChange);
  useEffect(() => {
    report.current = onChange;
  }, [onChange]);

  useEffect(() => {
    const host = frame.current;
    if (!host) return;
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open', delegatesFocus: true });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          history(),
          indentOnInput(),
          bracketMatching(),
          json(),
          linter((now) => (now.state.doc.toString().trim() === '' ? [] : jsonParseLinter()(now))),
          syntaxHighlighting(COLOURS),
          THEME,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of(({ docChanged, transactions, state }) => {
            if (!docChanged || transactions.some((transaction) => transaction.annotation(byForm))) return;
            // At once: rendered later, this text would replace what was typed in the meantime, here or in other fields.
            flushSync(() => report.current(state.doc.toString()));
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value)
      editor.dispatch({
        changes: { from: 0, to: editor.state.doc.length, insert: value },
        annotations: byForm.of(true),
      });
  }, [value, label]);

  const problems = jsonProblems(value, schema, limits);
  return (
    <>
      <div className="json-editor" ref={frame} />
      <ul className="json-problems" aria-live="polite">
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </>
  );
}
