/** Light or dark: as the system has it, unless the user chooses. */
import { useState } from 'react';

const STORED = 'portcullis.theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const isTheme = (text: string | null): text is Theme => THEMES.some((theme) => theme === text);

function storedTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return isTheme(stored) ? stored : 'system';
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

apply(storedTheme());

export function ThemeChoice() {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (chosen: Theme) => {
    localStorage.setItem(STORED, chosen);
    apply(chosen);
    setTheme(chosen);
  };
  return (
    <fieldset className="choice">
      <legend className="label">Colours</legend>
      {THEMES.map((each) => (
        <label key={each} className="check">
          <input type="radio" name="theme" checked={theme === each} onChange={() => choose(each)} /> {each}
        </label>
      ))}
    </fieldset>
  );
}
