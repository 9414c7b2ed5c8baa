use super::{assert_close, for_each_cpu, paddings, random, widen};
use crate::{
    Convolution, Cpu, GroupedConvolution, Level, Window, grouped_convolution, grouped_convolution_input_gradient,
    grouped_convolution_kernel_gradient, reference,
};

/// Channels, filters and groups: depthwise with one filter a channel and with several, and groups of any size.
const GROUPS: [[usize; 3]; 7] = [[1, 1, 1], [16, 16, 16], [35, 35, 35], [5, 15, 5], [6, 4, 2], [12, 36, 3], [4, 20, 1]];

/// What a kernel gives at a level: the output, and the gradients of input and kernel.
fn passes(cpu: Cpu, geometry: &GroupedConvolution, images: usize) -> [Vec<f32>; 3] {
    let [input, kernel, gradient, bias] = operands(geometry, images);
    let mut output = vec![f32::NAN; gradient.len()];
    grouped_convolution(cpu, geometry, &input, &kernel, &bias, &mut output);
    let mut input_gradient = vec![f32::NAN; input.len()];
    grouped_convolution_input_gradient(cpu, geometry, &gradient, &kernel, &mut input_gradient);
    let mut kernel_gradient = vec![f32::NAN; kernel.len()];
    grouped_convolution_kernel_gradient(cpu, geometry, &input, &gradient, &mut kernel_gradient);
    [output, input_gradient, kernel_gradient]
}

/// Input, kernel, gradient of the output, bias.
fn operands(geometry: &GroupedConvolution, images: usize) -> [Vec<f32>; 4] {
    let Convolution { window, filters } = geometry.all;
    let lengths = [images * window.input_len(), geometry.kernel_len(), images * geometry.all.output_len(), filters];
    [0, 1, 2, 3].map(|index| random(lengths[index], index as u32))
}

#[test]
fn a_grouped_convolution_is_one_with_zeros_between_groups() {
    let portable = Cpu::with_level(Level::Portable).unwrap();
    for (number, [channels, filters, groups]) in GROUPS.into_iter().enumerate() {
        let kernel = [[3, 3], [2, 5], [1, 1]][number % 3];
        for (padding, stride) in paddings(kernel).into_iter().zip([[1, 1], [2, 1], [3, 2]]) {
            let window = Window::new([8, 7, channels], kernel, stride, padding).unwrap();
            let geometry = GroupedConvolution::new(Convolution { window, filters }, groups).unwrap();
            let [input, kernel, gradient, bias] = operands(&geometry, 2).map(|values| widen(&values));
            let whole = reference::whole_kernel(&geometry, &kernel);
            assert_eq!(reference::grouped_kernel(&geometry, &whole), kernel);
            let mut output = reference::convolution(&geometry.all, &input, &whole);
            output.iter_mut().enumerate().for_each(|(i, y)| *y += bias[i % filters]);
            let of_whole = reference::convolution_kernel_gradient(&geometry.all, &input, &gradient);
            let expected = [
                output,
                reference::convolution_input_gradient(&geometry.all, &gradient, &whole),
                reference::grouped_kernel(&geometry, &of_whole),
            ];
            let at_portable = passes(portable, &geometry, 2);
            for_each_cpu(|cpu| {
                let found = passes(cpu, &geometry, 2);
                for ((what, found), expected) in ["output", "input", "kernel"].iter().zip(&found).zip(&expected) {
                    assert_close(&format!("{what} of {geometry:?} at {}", cpu.level()), found, expected, 1e-6);
                }
                assert_eq!(found, at_portable, "{geometry:?} at {}", cpu.level());
            });
        }
    }
}

#[test]
fn groups_divide_channels_and_filters() {
    let window = Window::new([4, 4, 6], [3, 3], [1, 1], crate::Padding::Same).unwrap();
    let groups = |groups, filters| GroupedConvolution::new(Convolution { window, filters }, groups).is_some();
    assert!(groups(1, 5) && groups(3, 9) && groups(6, 6));
    assert!(!groups(4, 8) && !groups(3, 8) && !groups(0, 6) && !groups(12, 12));
}
