/** The options for what is printed, of commands that print text or JSON. */
import { type ColorChoice, colorChoices } from './args';
import { type OptionTable, oneOf } from './options';

export interface OutputRequest {
  format: 'text' | 'json';
  quiet: boolean;
  color: ColorChoice;
}

/** What is printed where nothing is asked for. */
export const usualOutput: OutputRequest = { format: 'text', quiet: false, color: 'auto' };

export const outputOptions: OptionTable<OutputRequest> = {
  format: {
    take(request, value) {
      request.format = oneOf('format', value, ['text', 'json']);
    },
  },
  quiet: {
    short: 'q',
    set(request) {
      request.quiet = true;
    },
  },
  color: {
    take(request, value) {
      request.color = oneOf('color', value, colorChoices);
    },
  },
};
