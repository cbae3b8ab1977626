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

/** Those of a command without colours. */
export const printOptions: OptionTable<Pick<OutputRequest, 'format' | 'quiet'>> = {
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
};

/** All of them. */
export const outputOptions: OptionTable<OutputRequest> = {
  ...printOptions,
  color: {
    take(request, value) {
      request.color = oneOf('color', value, colorChoices);
    },
  },
};
