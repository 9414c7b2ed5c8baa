use super::{assert_close, for_each_cpu, random, widen};
use crate::{
    Activation, Convolution, Cpu, Epilogue, Level, Padding, Window, Winograd, WinogradKernel, convolution,
    few_channel_convolution, reference,
};

/// Lengths around one and two vectors of every level, and around the part that is worked on at a time in place.
const LENGTHS: [usize; 11] = [0, 1, 7, 8, 9, 15, 16, 17, 33, 100, 129];

/// Every activation, with several settings.
fn activations() -> impl Iterator<Item = Activation> {
    let clips = [[0.0, 0.5], [-0.25, 0.25], [f32::MIN, 0.1]].map(|[low, high]| Activation::Clip { low, high });
    let elus = [1.0, 0.3, 0.0].map(|alpha| Activation::Elu { alpha });
    let leaky = [0.0, 0.3, 1.5].map(|slope| Activation::LeakyRelu { slope });
    let gelus = [false, true].map(|approximate| Activation::Gelu { approximate });
    let hard = [1.0 / 6.0, 0.2].map(|slope| Activation::HardSigmoid { slope });
    [clips, elus, leaky].into_iter().flatten().chain(gelus).chain(hard).chain([
        Activation::Relu,
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Selu,
        Activation::Silu,
        Activation::HardSwish,
        Activation::Softplus,
    ])
}

#[test]
fn forward_and_backward() {
    for_each_cpu(|cpu| {
        for (activation, length) in activations().flat_map(|activation| LENGTHS.map(|length| (activation, length))) {
            let input: Vec<f32> = random(length, 1).into_iter().map(|x| 3.0 * x).collect();
            let gradient = random(length, 2);
            let mut output = vec![f32::NAN; length];
            activation.forward(cpu, &input, &mut output);
            assert_close(&format!("{activation:?}"), &output, &reference::activation(activation, &widen(&input)), 2e-7);
            let mut in_place = input.clone();
            activation.in_place(cpu, &mut in_place);
            assert_eq!(in_place, output, "{activation:?} at {}", cpu.level());
            let mut actual = vec![f32::NAN; length];
            let at = if activation.goes_back_from_input() { &input } else { &output };
            activation.backward(cpu, at, &gradient, &mut actual);
            let expected = reference::activation_backward(activation, &widen(at), &widen(&gradient));
            assert_close(&format!("{activation:?} backward"), &actual, &expected, 2e-7);
        }
    });
}

#[test]
fn numbers_at_the_ends() {
    for_each_cpu(|cpu| {
        let check = |activation: Activation, expected: [f32; 3]| {
            let mut output = [1.0; 4];
            activation.forward(cpu, &[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0], &mut output);
            assert!(output[0].is_nan(), "{activation:?} at {}", cpu.level());
            assert_eq!(&output[1..], &expected, "{activation:?} at {}", cpu.level());
        };
        check(Activation::Relu, [f32::INFINITY, 0.0, 0.0]);
        check(Activation::Clip { low: 0.0, high: 6.0 }, [6.0, 0.0, 0.0]);
        check(Activation::Tanh, [1.0, -1.0, 0.0]);
        check(Activation::Elu { alpha: 0.5 }, [f32::INFINITY, -0.5, 0.0]);
        check(Activation::LeakyRelu { slope: 0.5 }, [f32::INFINITY, f32::NEG_INFINITY, 0.0]);
        check(Activation::LeakyRelu { slope: 0.0 }, [f32::INFINITY, 0.0, 0.0]);
        assert_eq!(reference::activation(Activation::LeakyRelu { slope: 0.0 }, &[f64::NEG_INFINITY]), [0.0]);
        check(Activation::HardSwish, [f32::INFINITY, 0.0, 0.0]);
        check(Activation::HardSigmoid { slope: 0.2 }, [1.0, 0.0, 0.5]);
        for activation in activations().filter(|activation| activation.goes_back_from_input()) {
            let (mut far, mut slopes) = ([-1e30, f32::NEG_INFINITY], [f32::NAN; 3]);
            activation.in_place(cpu, &mut far);
            assert!(far.iter().all(|y| (-1e-30..=0.0).contains(y)), "{activation:?}: {far:?}");
            activation.backward(cpu, &[f32::INFINITY, f32::NEG_INFINITY, f32::NAN], &[1.0; 3], &mut slopes);
            assert!(slopes[0] == 1.0 && slopes[1].abs() < 1e-30 && slopes[2].is_nan(), "{activation:?}: {slopes:?}");
        }
    });
}

#[test]
fn the_same_bits_at_every_level() {
    let portable = Cpu::with_level(Level::Portable).unwrap();
    let input: Vec<f32> = random(1000, 1).into_iter().map(|x| 10.0 * x).collect();
    for_each_cpu(|cpu| {
        for activation in activations() {
            let outputs = [portable, cpu].map(|cpu| {
                let mut values = input.clone();
                activation.in_place(cpu, &mut values);
                values
            });
            assert_eq!(outputs[0], outputs[1], "{activation:?} at {}", cpu.level());
        }
    });
}

/// Whether a kernel applies an activation in registers or afterwards is not to be seen.
#[test]
fn kernels_that_end_in_one() {
    for_each_cpu(|cpu| {
        for activation in activations() {
            after_kernels(cpu, activation);
        }
    });
}

fn after_kernels(cpu: Cpu, activation: Activation) {
    let geometry = Convolution { window: Window::new([6, 8, 2], [3, 3], [1, 1], Padding::Valid).unwrap(), filters: 21 };
    let layout = Winograd::new(geometry).unwrap();
    let (input, kernel) = (random(geometry.window.input_len(), 1), random(geometry.kernel_len(), 2));
    let bias = random(geometry.filters, 3);
    let direct = |activation, output: &mut [f32]| {
        let scratch = &mut vec![f32::NAN; geometry.scratch_len()];
        convolution(cpu, &geometry, &input, &kernel, &bias, activation, output, scratch);
    };
    let few = |epilogue: Epilogue<'_>| few_channel_convolution(cpu, &geometry, &input, &kernel, &bias, epilogue);
    let winograd = |epilogue: Epilogue<'_>| {
        let scratch = &mut vec![f32::NAN; layout.forward_scratch_len(1)];
        layout.forward(cpu, &input, WinogradKernel::Plain(&kernel), &bias, epilogue, scratch);
    };
    let map = |run: &dyn Fn(Option<Activation>, &mut [f32])| {
        let mut outputs = [vec![f32::NAN; geometry.output_len()], vec![f32::NAN; geometry.output_len()]];
        run(Some(activation), &mut outputs[0]);
        run(None, &mut outputs[1]);
        activation.in_place(cpu, &mut outputs[1]);
        assert_eq!(outputs[0], outputs[1], "{activation:?} at {}", cpu.level());
    };
    map(&direct);
    map(&|activation, output| few(Epilogue::Map { activation, output }));
    map(&|activation, output| winograd(Epilogue::Map { activation, output }));
    let pooled = |run: &dyn Fn(Epilogue<'_>)| {
        let length = geometry.output_len() / 4;
        let mut outputs = [vec![f32::NAN; length], vec![f32::NAN; length]];
        let [with, without] = &mut outputs;
        run(Epilogue::Pooled { activation: Some(activation), output: with, winners: &mut vec![0; length] });
        run(Epilogue::Pooled { activation: None, output: without, winners: &mut vec![0; length] });
        activation.in_place(cpu, &mut outputs[1]);
        assert_eq!(outputs[0], outputs[1], "{activation:?} at {}", cpu.level());
    };
    pooled(&few);
    pooled(&winograd);
}
